import type { Scenario } from '../scenario.ts';
import { ablations } from './ablations.ts';
import apiKills from './api-kills.ts';
import cancelRaces from './cancel-races.ts';
import clocks from './clocks.ts';
import doubledDeliveries from './doubled-deliveries.ts';
import fairness from './fairness.ts';
import { failpoints, failpointsByShape } from './failpoints.ts';
import { hosts } from './hosts.ts';
import lostAnswers from './lost-answers.ts';
import maps from './maps.ts';
import poison from './poison.ts';
import postgresCrashes from './postgres-crashes.ts';
import postgresExhausted from './postgres-exhausted.ts';
import postgresTerminations from './postgres-terminations.ts';
import redisEmptied from './redis-emptied.ts';
import redisFull from './redis-full.ts';
import redisKilled from './redis-killed.ts';
import redisRestored from './redis-restored.ts';
import rollingRestart from './rolling-restart.ts';
import scaling from './scaling.ts';
import s3BrokenStreams from './s3-broken-streams.ts';
import s3Errors from './s3-errors.ts';
import workerKills from './worker-kills.ts';
import zombies from './zombies.ts';

/** The longest first, so that two at a time end together. */
export const SCENARIOS: readonly Scenario[] = [
  failpoints,
  ...failpointsByShape,
  workerKills,
  scaling,
  redisRestored,
  zombies,
  redisKilled,
  poison,
  s3Errors,
  s3BrokenStreams,
  postgresTerminations,
  postgresExhausted,
  postgresCrashes,
  redisFull,
  redisEmptied,
  rollingRestart,
  apiKills,
  maps,
  fairness,
  clocks,
  cancelRaces,
  lostAnswers,
  doubledDeliveries,
  ...ablations,
  ...hosts,
];
