// node --import …/stop-with-parent.js: a service that was started over an IPC channel stops when the program that
// started it is gone, even if that was killed.
process.once('disconnect', () => process.kill(process.pid, 'SIGTERM'));
process.channel?.unref();
