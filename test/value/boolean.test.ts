import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingFaults } from '../../src/value/settings-fault.ts';
import { type Row, reads } from './read.ts';

const rows = (words: string, becomes: string) => words.split(' ').map((word): Row<'boolean'> => [word, becomes]);

test('words of every language, whatever their case', async () => {
  await reads('boolean', {}, [
    ...rows('true TRUE yes Y 1 x X on ✓ ＴＲＵＥ', 'true'),
    ...rows('false no N 0 off', 'false'),
  ]);
  await reads('boolean', { locale: 'de' }, [...rows('ja J WAHR yes', 'true'), ...rows('nein FALSCH n', 'false')]);
  await reads('boolean', { locale: 'fr-FR' }, [...rows('oui VRAI o', 'true'), ...rows('non FAUX', 'false')]);
  await reads('boolean', { locale: 'es' }, [...rows('sí si SI verdadero', 'true'), ...rows('no falso', 'false')]);
  await reads('boolean', { locale: 'it' }, rows('sì si vero', 'true'));
  await reads('boolean', { locale: 'pt-BR' }, [...rows('Sim', 'true'), ...rows('Não nao', 'false')]);
});

test('a word that is not known is an error, not "no"', async () => {
  await reads('boolean', {}, rows('ja maybe 2 subscribed yess WAHR', '!boolean-word'));
  await reads('boolean', { locale: 'de' }, rows('oui', '!boolean-word'));
  await reads('boolean', {}, [...rows('NULL - N/A', '!placeholder'), ['#VALUE!', '!formula-error'], ['#N/A', 'null']]);
});

test('words of the column come before all others', async () => {
  const settings = { true: ['Subscribed', '-'], false: ['unsubscribed', 'x'] };
  await reads('boolean', settings, [...rows('SUBSCRIBED - yes', 'true'), ...rows('Unsubscribed x', 'false')]);
});

test('an empty cell says nothing, unless it is told what', async () => {
  await reads('boolean', {}, [
    ['', ''],
    [' ', ''],
  ]);
  await reads('boolean', { empty: false }, [
    ['', 'false'],
    ['x', 'true'],
    ['#N/A', 'null'],
  ]);
  await reads('boolean', { empty: false, treat_as_empty: ['-'] }, [['-', 'false']]);
});

test('settings that contradict themselves are faults', async () => {
  const faults = await settingFaults('boolean', { locale: 'tlh', true: ['a'], false: ['A'] });
  assert.deepEqual(
    faults.map(({ setting }) => setting),
    ['locale', 'false'],
  );
  assert.deepEqual(await settingFaults('boolean', { locale: 'en-GB', true: ['a'], false: ['b'] }), []);
});
