"""Whom to name and what is allowed: `CITATION.cff` and `LICENSE.txt`.

This module writes both. The licence and the attribution themselves are stated in
`warehouse.versions.descriptor`.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from warehouse.publication.documents import SOURCE_URL
from warehouse.versions.descriptor import ATTRIBUTION, LICENCE, LICENCE_URL, TITLE

if TYPE_CHECKING:
    from warehouse.versions.descriptor import Descriptor


def citation(descriptor: Descriptor, address: str) -> bytes:
    """Return `CITATION.cff`, the form in which tools for references read a citation.

    Args:
        descriptor: The dataset version.
        address: The address of the site; empty if it is unknown.
    """
    facts = {
        "cff-version": "1.2.0",
        "type": "dataset",
        "title": f"Neuron Warehouse: {TITLE}",
        "message": f"If you use these data, cite them so and keep their licence. {ATTRIBUTION}.",
        "authors": [
            {"name": "Amazon.com, Inc. or its affiliates"},
            {"name": "The Neuron Warehouse authors"},
        ],
        "version": str(descriptor.version),
        "date-released": descriptor.created.date().isoformat(),
        "license": LICENCE,
        "url": address or SOURCE_URL,
    }
    # Every JSON value is a YAML value; one fact a line reads as people write such files.
    lines = (f"{name}: {json.dumps(value, ensure_ascii=False)}" for name, value in facts.items())
    return ("\n".join(lines) + "\n").encode()


def licence() -> bytes:
    """Return `LICENSE.txt`: the licence of the data, whom to name, and what was changed."""
    text = f"""Licence of these data: {LICENCE}
{LICENCE_URL}

{ATTRIBUTION}.
Source: {SOURCE_URL}

If you pass the data on, name the source as above, say what you changed, and use the same licence.
What was changed here: published tables are kept as text, cell for cell; typed values, keys,
comparisons and quality flags are added.
"""
    return text.encode()
