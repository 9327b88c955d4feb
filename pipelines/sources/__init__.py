"""Where pages come from: the bundled capture, a folder, a live site, or an archive of one."""
