"""What `start` changes of Superset's settings: a server for one person, on this machine only."""

import os
from pathlib import Path

from superset.config import TALISMAN_CONFIG

_HOME = Path(os.environ["SUPERSET_HOME"])
# Signs the browser's session; `start` makes one for each installation.
SECRET_KEY = (_HOME / "secret-key").read_text("utf-8").strip()
# Users, charts and dashboards. Superset reads the dataset from its own file.
SQLALCHEMY_DATABASE_URI = f"sqlite:///{_HOME / 'superset.db'}"
# The page loads nothing from other addresses; Superset's own page asks for a counter's picture.
TALISMAN_CONFIG["content_security_policy"]["img-src"] = ["'self'", "blob:", "data:"]
