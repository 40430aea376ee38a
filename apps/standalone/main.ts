import 'reflect-metadata';
import { runProcess } from '#libs/config';
import { startStandalone } from './standalone.js';

void runProcess((config) => startStandalone(config), { standalone: true });
