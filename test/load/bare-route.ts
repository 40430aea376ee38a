import 'reflect-metadata';
import { Controller, Get, Module } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';

/** What Nest on Fastify answers with nothing of ours: the measure of the machine. Prints its URL. */
class BareController {
  bare(): { status: string } {
    return { status: 'ok' };
  }
}
Get()(BareController.prototype, 'bare', Object.getOwnPropertyDescriptor(BareController.prototype, 'bare')!);
Controller('bare')(BareController);

class BareModule {}
Module({ controllers: [BareController] })(BareModule);

const app = await NestFactory.create<NestFastifyApplication>(BareModule, new FastifyAdapter(), {
  logger: false,
});
await app.listen(0, '127.0.0.1');
console.log(await app.getUrl());
process.stdin.resume().once('end', () => process.exit(0));
