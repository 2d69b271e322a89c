/** Starts the breaking server for the tests that run in a browser, which cannot start one. */
import type { TestProject } from 'vitest/node';
import { serveBreaking } from './breaking-server';
import './mischief';

export default async function setup(project: TestProject): Promise<() => Promise<void>> {
  const { url, close } = await serveBreaking('public/models/pocket');
  project.provide('fileServer', url);
  return close;
}
