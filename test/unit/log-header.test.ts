/** Which logs the page can go on with: its own, and nothing that lacks what that takes. */
import { describe, expect, it } from 'vitest';
import {
  canContinue,
  newHeader,
  sameFiles,
  sameModel,
  settingsOf,
  wantedOf,
} from '../../src/app/experiment/log-header';
import { defaultSetUp } from '../../src/app/router';
import { wordSum } from '../../src/agents/word-sum';
import type { LogHeader } from '../../src/transitions/types';
import { ToyModel } from './helpers/toy-model';

const setUp = { ...defaultSetUp('word-sum'), attempts: 77, seed: 5, source: 'chain' as const };
const header = newHeader(wordSum, { wording: 'short' }, setUp, new ToyModel().info);

describe('a header', () => {
  it('of this page is one that it can go on with, after a trip through JSON too', () => {
    const again = JSON.parse(JSON.stringify(header)) as LogHeader;
    expect(canContinue(again)).toBe(true);
    expect(settingsOf(again)).toMatchObject({
      agent: wordSum,
      parameters: { wording: 'short' },
      attempts: 77,
      seed: 5,
      source: 'chain',
      temperature: 1,
    });
  });

  it.each([
    ['no experiment', { ...header, experiment: {} }],
    ['an id that no address can hold', { ...header, id: '../../etc' }],
    [
      'an unknown agent',
      {
        ...header,
        experiment: { ...header.experiment, agent: { id: '__proto__', parameters: {} } },
      },
    ],
    [
      'a seed in words',
      {
        ...header,
        experiment: {
          ...header.experiment,
          sampling: { ...header.experiment.sampling, seed: 'one' },
        },
      },
    ],
  ])('with %s is not', (_, other) => {
    expect(canContinue(other as unknown as LogHeader)).toBe(false);
  });
});

describe('a header of an endpoint', () => {
  const key = 'sk-secret-0123456789';
  const info = {
    ...new ToyModel().info,
    engine: 'endpoint' as const,
    id: 'llama-3',
    format: 'chat' as const,
  };
  // as the page hands it over: whatever else the address holds stays out
  const server = { origin: 'http://localhost:8080', model: 'llama-3', parallel: 6, key };
  const remote = newHeader(wordSum, { wording: 'short' }, setUp, info, server);

  it('names the server and the model there, never the key, and can be gone on with', () => {
    expect(remote.experiment.model).toMatchObject({
      engine: 'endpoint',
      format: 'chat',
      endpoint: { origin: 'http://localhost:8080', model: 'llama-3' },
    });
    expect(JSON.stringify(remote)).not.toContain(key);
    expect(canContinue(remote)).toBe(true);
    // going on with more at once draws the same sources
    expect(settingsOf(remote).parallel).toBe(6);
    expect(wantedOf(remote)).toEqual({
      id: 'llama-3',
      engine: 'endpoint',
      endpoint: { origin: 'http://localhost:8080', model: 'llama-3' },
      hashes: {},
    });
  });

  it('without the server cannot', () => {
    const { endpoint: _server, ...model } = remote.experiment.model;
    const bare = { ...remote, experiment: { ...remote.experiment, model } };
    expect(canContinue(bare)).toBe(false);
  });
});

describe('the model of a header', () => {
  const { info } = new ToyModel();
  const ofHeader = newHeader(wordSum, { wording: 'short' }, setUp, {
    ...info,
    hashes: { weights: 'a' },
  });

  it('is the same with the same files asked in the same way', () => {
    expect(sameModel(ofHeader, { ...info, hashes: { weights: 'a' } })).toBe(true);
    expect(sameModel(ofHeader, { ...info, hashes: { weights: 'b' } })).toBe(false);
    expect(sameModel(ofHeader, { ...info, hashes: { weights: 'a' }, format: 'chat' })).toBe(false);
  });

  it('of an old log without a format is taken as it is', () => {
    const { format: _unsaid, ...model } = ofHeader.experiment.model;
    const old = { ...ofHeader, experiment: { ...ofHeader.experiment, model } };
    expect(sameModel(old, { ...info, hashes: {} })).toBe(true);
    expect(canContinue(old)).toBe(true);
  });
});

describe('the files of a model', () => {
  it('are the same where every name that both know has the same hash', () => {
    expect(sameFiles({ a: '1', b: '2' }, { a: '1', c: '3' })).toBe(true);
    expect(sameFiles({ a: '1' }, { a: '2' })).toBe(false);
    expect(sameFiles(undefined, { a: '1' })).toBe(true);
    // two models with nothing in common are not the same for want of a contradiction
    expect(sameFiles({ a: '1' }, { b: '1' })).toBe(false);
  });
});
