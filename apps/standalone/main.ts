import 'reflect-metadata';
import { runProcess } from '#libs/common';
import { AppConfig, readEnvironment } from '#libs/config';
import { startStandalone } from './standalone.js';

void runProcess(() => startStandalone(new AppConfig(readEnvironment())));
