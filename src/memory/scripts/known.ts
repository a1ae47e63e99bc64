import { defineScript } from '../../redis/script.ts';
import { ENTRY } from './entry.ts';

/** How many keys lead to a contact that is remembered. ARGV where memory is, not believed before (ms), keys (12 bytes each). */
export const KNOWN = defineScript(
  'memoryKnown',
  1,
  `${ENTRY}
local memory, floor, bytes = ARGV[1], tonumber(ARGV[2]), ARGV[3]
local known, i = 0, 1
while i <= #bytes do
  local bucket, name, proof
  bucket, name, proof, i = struct.unpack('c4c4c4', bytes, i)
  local contact = redis.call('HGET', memory .. ':k:' .. bucket, name)
  local packed = contact and redis.call('HGET', memory_key(memory, contact), contact)
  if packed then
    local seen, proofs = seen_of(packed)
    if seen >= floor and proves(proofs, proof) then known = known + 1 end
  end
end
return known
`,
);
