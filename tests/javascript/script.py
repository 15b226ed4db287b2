"""Our scripts without a page, called from Python: where both must come to the same."""

from __future__ import annotations

import json
from typing import Any

from tests.javascript import node, protocol

_CALL = """
const chunks = [];
for await (const chunk of process.stdin) chunks.push(chunk);
const { addresses, given } = JSON.parse(Buffer.concat(chunks));
const module = Object.assign({}, ...(await Promise.all(addresses.map((each) => import(each)))));
const answer = await (async (module, given) => {BODY})(module, given);
process.stdout.write(JSON.stringify(answer));
"""


def call(scripts: tuple[str, ...], body: str, **given: Any) -> Any:
    """Return what the body of a function returns.

    Parameters
    ----------
    scripts : modules in data/assets.
    body : knows what they export as `module`, and `given`; what it returns goes through JSON.
    """
    addresses = [(protocol.SCRIPTS / script).as_uri() for script in scripts]
    done = node.run(
        "--input-type=module",
        "--eval",
        _CALL.replace("{BODY}", f"{{{body}}}"),
        told=json.dumps({"addresses": addresses, "given": given}),
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)
