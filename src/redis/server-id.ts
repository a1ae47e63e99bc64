import type { RedisClient } from './connect.ts';
import { defineScript } from './script.ts';

/**
 * Lua that names the server it runs on, as INFO does: another one after a failover, and after a restart, too. A replica
 * that takes over lacks the last moment. What was written before it is there and what came later is not, so that whoever writes
 * in two steps has to make sure that both went to the same server. '' where INFO is forbidden.
 */
export const SERVER = `
local function server_id()
  local ok, info = pcall(redis.call, 'INFO', 'server')
  return ok and string.match(info, 'run_id:(%w+)') or ''
end
`;

const ASK = defineScript('serverId', 1, `${SERVER}return server_id()`);

/** The name of the server that has the key; '' where it says none. Pass it to a script that must run on the same one. */
export async function serverOf(redis: RedisClient, key: string): Promise<string> {
  return (await ASK.run(redis, [key], [])) as string;
}
