import { describeWithRedis } from '#test/support/redis';
import { callLimiterSuite } from './testing/call-limiter.suite.js';

callLimiterSuite('in memory');
describeWithRedis('with Redis', (redis) => callLimiterSuite('on Redis', redis));
