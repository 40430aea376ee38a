import { EmbeddedPostgres } from '../embedded-postgres.js';

// start-postgres.ts <root> [temporary] [exit]: starts a server, says where, and waits to be killed.
const [, , root = '', ...flags] = process.argv;
const server = await EmbeddedPostgres.start({ root, temporary: flags.includes('temporary') });
process.stdout.write(`${JSON.stringify({ port: server.port, dataDir: server.dataDir })}\n`);
if (flags.includes('exit')) process.exit(0);
