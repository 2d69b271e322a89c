/** The page's Content-Security-Policy: no code from elsewhere, no way from a string to code. */
import { readFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { describe, expect, it } from 'vitest';
import { pagePolicy } from '../../scripts/static-server.mjs';

const PAGE = join(resolve(import.meta.dirname, '../..'), 'index.html');
const html = readFileSync(PAGE, 'utf8');

const policy = new Map(
  pagePolicy(PAGE)
    .split(/\s*;\s*/)
    .filter(Boolean)
    .map((directive) => {
      const [name = '', ...sources] = directive.split(/\s+/);
      return [name, sources] as const;
    }),
);

describe('the policy of index.html', () => {
  it('refuses what it does not name', () => {
    expect(policy.get('default-src')).toEqual(["'none'"]);
    for (const name of ['base-uri', 'form-action']) expect(policy.get(name)).toEqual(["'none'"]);
  });

  it('lets scripts come from the page alone, and WebAssembly be compiled', () => {
    expect(policy.get('script-src')).toEqual(["'self'", "'wasm-unsafe-eval'"]);
    expect(policy.get('worker-src')).toEqual(["'self'", 'blob:']);
    expect(policy.get('style-src')).toEqual(["'self'"]);
  });

  it('lets nothing come from another origin', () => {
    const allowed = new Set(["'none'", "'self'", "'wasm-unsafe-eval'", 'blob:', 'data:']);
    for (const [name, sources] of policy)
      if (name !== 'connect-src')
        expect(
          sources.filter((source) => !allowed.has(source)),
          name,
        ).toEqual([]);
  });

  it('lets requests go to any server by HTTP, as a person may name any, and no other way', () => {
    // which of them may be asked is for the gate of each worker: test/gpu/outbound-gate.test.ts
    expect(policy.get('connect-src')).toEqual(["'self'", 'blob:', 'data:', 'https:', 'http:']);
    // no frame, form, image or script that could carry text out
    for (const name of ['frame-src', 'child-src', 'object-src', 'media-src', 'prefetch-src'])
      expect(policy.get(name) ?? policy.get('default-src'), name).toEqual(["'none'"]);
    expect(policy.get('img-src')).toEqual(["'self'", 'data:', 'blob:']);
  });

  it('stands before everything it governs', () => {
    const at = html.indexOf('Content-Security-Policy');
    for (const tag of ['<script', '<link', '<style', '<img'])
      if (html.includes(tag)) expect(html.indexOf(tag)).toBeGreaterThan(at);
  });

  it('is not needed by anything inline', () => {
    expect(html).not.toMatch(/<script(?![^>]*\ssrc=)/);
    expect(html).not.toMatch(/<style|\sstyle=|\son\w+=/);
    expect(html).not.toMatch(/(?:src|href)="(?:https?:)?\/\//);
  });
});
