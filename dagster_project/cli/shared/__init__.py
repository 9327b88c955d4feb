"""What the commands share: how arguments are read, options, output, and near names."""
