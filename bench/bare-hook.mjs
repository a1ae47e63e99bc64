/**
 * What most people would write to take webhooks in: fastify, JSON.parse, one `queue.add` an event, then 200. No signature
 * is checked, nothing is recognised when it comes twice, no order is kept. Plain JavaScript, so that its start is not slowed
 * by a compiler.
 *
 * Forked as bare-hook.mjs SOCKET OF REDIS; tells its address when it listens and ends with its parent.
 */
import { Queue } from 'bullmq';
import Fastify from 'fastify';
import { Redis } from 'ioredis';

const redis = new Redis({ path: process.argv[2], maxRetriesPerRequest: null });
const queue = new Queue('bare', { connection: redis });
const app = Fastify({ logger: false });
app.removeAllContentTypeParsers();
app.addContentTypeParser('*', { parseAs: 'buffer' }, (_request, body, done) => done(null, body));
app.post('/webhooks/:source', async (request, reply) => {
  await queue.add('event', JSON.parse(request.body.toString('utf8')));
  return reply.type('text/plain').send('ok\n');
});
await queue.waitUntilReady();
const url = await app.listen({ host: '127.0.0.1', port: 0 });
process.on('disconnect', () => process.exit(0));
process.send({ url });
