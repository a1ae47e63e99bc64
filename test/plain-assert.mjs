/**
 * Gives a bare `assert.ok(...)` a message. Without one, Node 20 looks for the text of the call in the source file, by the
 * position in what tsx made of it, and reads and parses for minutes at a place that does not exist: a test that fails
 * would seem to hang.
 */
import assert from 'node:assert/strict';

const { ok } = assert;
assert.ok = (value, message = 'a bare assert.ok failed: the stack says which') => ok(value, message);
