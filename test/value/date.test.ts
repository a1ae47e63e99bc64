import assert from 'node:assert/strict';
import { test } from 'node:test';
import { settingFaults } from '../../src/value/settings-fault.ts';
import { reads, remarks } from './read.ts';

const BERLIN = { timezone: 'Europe/Berlin' };

test('a day is ISO unless another format is declared', async () => {
  await reads('date', {}, [
    ['2024-03-04', '"2024-03-04"'],
    [' 2024-03-04 ', '"2024-03-04"'],
    ['2024-02-29', '"2024-02-29"'],
    ['2023-02-29', '!date-format'],
    ['03/04/2024', '!date-format'],
    ['13/04/2024', '!date-format'],
    ['20240304', '!date-format'],
    ['2024-3-4', '!date-format'],
    ['--03-07', '!date-format'],
    ['0001-01-01', '!date-format'],
    ['45355', '!date-format'],
    ['NULL', '!placeholder'],
    ['#NAME?', '!formula-error'],
    ['#N/A', 'null'],
  ]);
});

test('declared formats and no other, strictly', async () => {
  const us = { format: 'MM/dd/yyyy' };
  const eu = { format: 'dd/MM/yyyy' };
  const german = { format: 'd. MMMM yyyy', locale: 'de' };
  await reads('date', us, [
    ['03/04/2024', '"2024-03-04"'],
    ['03/04/2024', '"2024-04-03"', eu],
    ['13/04/2024', '!date-format'],
    ['13/04/2024', '"2024-04-13"', eu],
    ['3/4/2024', '!date-format'],
    ['03/04/24', '!date-format'],
    ['2024-03-04', '!date-format'],
    ['31/04/2024', '!date-format', eu],
    ['4. März 2024', '"2024-03-04"', german],
    ['4. March 2024', '!date-format', german],
    ['04.03.2024 09:14', '"2024-03-04"', { format: 'dd.MM.yyyy HH:mm' }],
    ['0003-04-05', '!date-format', { format: 'yyyy-MM-dd' }],
  ]);
});

test('several formats, unless they disagree', async () => {
  const several = { format: ['dd.MM.yyyy', 'iso', 'excel'] };
  await reads('date', several, [
    ['04.03.2024', '"2024-03-04"'],
    ['2024-03-04', '"2024-03-04"'],
    ['45355', '"2024-03-04"'],
  ]);
  const guess = { format: ['dd/MM/yyyy', 'MM/dd/yyyy'] };
  await reads('date', guess, [
    ['03/04/2024', '!date-ambiguous'],
    ['04/04/2024', '"2024-04-04"'],
    ['13/04/2024', '"2024-04-13"'],
  ]);
});

test('day numbers of Excel, where they are declared', async () => {
  await reads('date', { format: 'excel' }, [
    ['45355', '"2024-03-04"'],
    ['45355.75', '"2024-03-04"'],
    ['61', '"1900-03-01"'],
    ['60', '!date-format'],
    ['0', '!date-format'],
    ['2958465', '"9999-12-31"'],
    ['2958466', '!date-format'],
    ['-1', '!date-format'],
    ['2024-03-04', '!date-format'],
  ]);
  await reads('datetime', { format: 'excel', ...BERLIN }, [
    ['45355.5', '"2024-03-04T11:00:00.000Z"'],
    ['45355,3847222222', '"2024-03-04T08:14:00.000Z"'],
    ['45355', '"2024-03-03T23:00:00.000Z"'],
  ]);
});

test('the day is the one that is written; an offset moves it only to a zone that is set', async () => {
  await reads('date', {}, [
    ['2024-03-12T23:30:00.000Z', '"2024-03-12"'],
    ['2024-03-12 23:30', '"2024-03-12"'],
    ['2024-03-12T23:30:00-05:00', '"2024-03-12"'],
    ['2024-03-12T23:30:00.000Z', '"2024-03-13"', BERLIN],
    ['2024-03-12 23:30', '"2024-03-12"', BERLIN],
    ['2024-03-12T23:30:00-05:00', '"2024-03-13"', BERLIN],
  ]);
});

test('a moment is in UTC; a time without an offset needs a zone', async () => {
  await reads('datetime', BERLIN, [
    ['2024-03-12 09:14', '"2024-03-12T08:14:00.000Z"'],
    ['2024-07-12 09:14:05', '"2024-07-12T07:14:05.000Z"'],
    ['2024-03-12T09:14:00.000Z', '"2024-03-12T09:14:00.000Z"'],
    ['2024-03-12T09:14:00.123456+0100', '"2024-03-12T08:14:00.123Z"'],
    ['2024-03-12 09:14:00 UTC', '"2024-03-12T09:14:00.000Z"'],
    ['2024-03-12T09:14:00+01', '"2024-03-12T08:14:00.000Z"'],
    ['2024-03-12T09:14:00-05:30', '"2024-03-12T14:44:00.000Z"'],
    ['2024-03-12T24:00:00Z', '!date-format'],
    ['2024-03-12T09:60:00Z', '!date-format'],
    ['2024-03-12T09:14:00+15:00', '!date-format'],
    ['2024-03-12', '"2024-03-11T23:00:00.000Z"'],
    ['2024-03-12 09:14', '!time-zone-unknown', {}],
    ['2024-03-12', '!time-zone-unknown', {}],
    ['2024-03-12T09:14:00Z', '"2024-03-12T09:14:00.000Z"', {}],
    ['03/12/2024 9:14 PM', '"2024-03-13T01:14:00.000Z"', { format: 'MM/dd/yyyy h:mm a', timezone: 'America/New_York' }],
    ['12.03.2024 09:14 +0200', '"2024-03-12T07:14:00.000Z"', { format: 'dd.MM.yyyy HH:mm ZZZ' }],
  ]);
});

test('clocks go forward over a time: nobody in that zone wrote it', async () => {
  await reads('datetime', BERLIN, [
    ['2024-03-31 01:59:59', '"2024-03-31T00:59:59.000Z"'],
    ['2024-03-31 02:00', '!time-left-out'],
    ['2024-03-31 02:59:59', '!time-left-out'],
    ['2024-03-31 03:00', '"2024-03-31T01:00:00.000Z"'],
    ['31.03.2024 02:30', '!time-left-out', { format: 'dd.MM.yyyy HH:mm', ...BERLIN }],
    ['2024-03-31 02:30', '"2024-03-31T02:30:00.000Z"', { timezone: 'UTC' }],
    ['2024-10-06 02:15', '!time-left-out', { timezone: 'Australia/Lord_Howe' }],
  ]);
  // Where they go forward at midnight, the day begins at one.
  await reads('datetime', { timezone: 'America/Sao_Paulo' }, [
    ['2018-11-04', '"2018-11-04T03:00:00.000Z"'],
    ['2018-11-04 00:00', '!time-left-out'],
    ['2018-11-04 01:00', '"2018-11-04T03:00:00.000Z"'],
  ]);
});

test('clocks repeat an hour: the earlier one is taken, with a remark', async () => {
  await reads('datetime', BERLIN, [
    ['2024-10-27 01:59', '"2024-10-26T23:59:00.000Z"'],
    ['2024-10-27 02:30', '"2024-10-27T00:30:00.000Z"'],
    ['2024-10-27 03:00', '"2024-10-27T02:00:00.000Z"'],
    ['2024-11-03 01:30', '"2024-11-03T05:30:00.000Z"', { timezone: 'America/New_York' }],
  ]);
  assert.deepEqual(await remarks('datetime', BERLIN, '2024-10-27 02:30'), ['hour-twice']);
  assert.deepEqual(await remarks('datetime', BERLIN, '2024-10-27 03:00'), []);
});

test('settings that cannot be read by are faults, each with its setting', async () => {
  const faults = async (settings: Parameters<typeof settingFaults<'datetime'>>[1]) =>
    (await settingFaults('datetime', settings)).map(({ setting }) => setting);
  assert.deepEqual(await faults({}), []);
  assert.deepEqual(
    await faults({ format: ['iso', 'excel', 'dd.MM.yyyy', 'd/M/yy h:mm a', 'dd LLL yyyy HH:mm z'] }),
    [],
  );
  assert.deepEqual(await faults({ format: 'd. MMMM yyyy', locale: 'de', ...BERLIN }), []);
  const wrong = ['yyyy-MM', 'HH:mm', 'dd.MM.yyyy hh:mm', 'DD/MM/YYYY', 'nonsense', ''];
  for (const format of wrong) assert.deepEqual(await faults({ format }), ['format'], format);
  assert.deepEqual(await faults({ format: [] }), ['format']);
  assert.deepEqual(await faults({ timezone: 'Berlin' }), ['timezone']);
});
