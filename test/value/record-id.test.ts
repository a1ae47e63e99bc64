import { test } from 'node:test';
import { reads } from './read.ts';

test('the id of a record has one spelling, whatever the export made of it', async () => {
  await reads('text', { ids_of: 'salesforce' }, [
    ['001D000000IqhSL', '"001D000000IqhSLIAZ"'],
    ['0010o00002abcde', '"0010o00002abcdeAAA"'],
    ['0010o00002abcdeAAA', '"0010o00002abcdeAAA"'],
    ['0010O00002ABCDEAAA', '"0010o00002abcdeAAA"'],
    ['0010o00002abcdeaaa', '"0010o00002abcdeAAA"'],
    ['001D000000IqhSLIAZ', '"001D000000IqhSLIAZ"'],
    ['001D000000IQHSLIAZ', '"001D000000IqhSLIAZ"'],
    ['001d000000iqhsliaz', '"001D000000IqhSLIAZ"'],
    ['001D000000IqhSLAAA', '"001D000000IqhSLAAA"'],
    ['CRM-7', '"CRM-7"'],
    ['0010o00002abcdeAA9', '"0010o00002abcdeAA9"'],
  ]);
  await reads('text', { ids_of: 'zoho' }, [
    ['zcrm_4150868000000624001', '"4150868000000624001"'],
    ['4150868000000624001', '"4150868000000624001"'],
    ['zcrm_x', '"zcrm_x"'],
  ]);
});
