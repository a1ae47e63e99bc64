import { test } from 'node:test';
import { reads } from './read.ts';

test('an address of a page is complete, or completed where that is asked for', async () => {
  await reads('url', {}, [
    [' https://example.com/a?b=c#d ', '"https://example.com/a?b=c#d"'],
    ['HTTP://Example.com', '"HTTP://Example.com"'],
    ['www.example.com', '!url-format'],
    ['ftp://example.com', '!url-format'],
    ['javascript:alert(1)', '!url-format'],
    ['https://', '!url-format'],
    ['https://example.com/a b', '!url-format'],
    ['n/a', '!placeholder'],
    ['www.example.com/a', '"https://www.example.com/a"', { scheme: 'https' }],
    ['example.com:8080', '"https://example.com:8080"', { scheme: 'https' }],
    ['http://example.com', '"http://example.com"', { scheme: 'https' }],
    ['ann', '!url-format', { scheme: 'https' }],
    ['mailto:ann@example.com', '!url-format', { scheme: 'https' }],
  ]);
});
