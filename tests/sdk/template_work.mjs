// What a plugin of each template does in a real host: its work, seen from outside. `beside` is the YAML of a further
// instance that it needs. `ask(interface, method, input)` is `tenon call`; `curl(path, ...options)` the body of an answer.
import assert from 'node:assert/strict';

const greets = (name) => ({ ask, curl }) => {
  assert.equal(curl(`/${name}/world`), 'Shalom, world\n');
  const input = name === 'my-rust' ? 'Ada' : { name: 'Ada' };
  assert.deepEqual(ask(`${name}.greeter/1`, 'greet', input), { text: 'Shalom, Ada' });
};

const question = (qid, question, expected_answer) => ({ qid, question, expected_answer });
const user = (user_id, days) => ({
  user_id,
  today: '2026-03-29',
  last_notified: '',
  logs: days.map((day) => ({ time: `${day}T10:00:00Z`, local_date: day, user_message: 'hello' })),
});

export const work = {
  route: { does: greets('my-route') },
  rust: { does: greets('my-rust') },

  c: {
    does({ ask, curl }) {
      assert.equal(curl('/my-c'), 'hello from C\n');
      assert.deepEqual(ask('my-c.echo/1', 'echo', [1, { a: null }]), [1, { a: null }]);
    },
  },

  // The sample page is read from the folder that the deployment names.
  scraper: {
    does({ ask }) {
      const scraper = (method, input) => ask('tenon.catalog.scraper/1', method, input);
      assert.deepEqual(scraper('discover_models', {}), { brand: 'acme', models: ['zz-9'] });
      const { products } = scraper('products', {});
      assert.equal(products.length, 1);
      assert.equal(products[0].name, 'ZZ-9 Synthesizer');
      assert.deepEqual(products[0].official_specs, [{ name: 'Keys', value: '61' }, { name: 'Weight', value: '5.2 kg' }]);
      assert.equal(products[0].official_manuals[0].url, 'https://acme.example/zz-9/manual.pdf');
    },
  },

  // Columns come from another plugin: no client can send them.
  scorer: {
    beside: 'companion: {}',
    does({ ask }) {
      const products = [['Grand Piano', 'Acme'], ['Hard CASE 88', 'ACME'], ['Dust Cover', 'Other']];
      const scored = ask('companion.scoring/1', 'score', { products: products.map(([name, brand]) => ({ name, brand })) });
      assert.deepEqual(scored.flags, [0, 1, 1], 'which are accessories');
      assert.equal(scored.brands[0], scored.brands[1]);
      assert.notEqual(scored.brands[1], scored.brands[2]);
      assert.deepEqual(scored.proofs.map((proof) => JSON.parse(proof).map((rule) => rule.matched)), [[], [['case', 'ACME']], [['cover', 'Other']]]);
    },
  },

  // Planned, asked of a target that knows France alone, judged.
  suite: {
    beside: 'companion: {}',
    does({ ask }) {
      const suite = (method, input) => ask('tenon.quality.suite/1', method, input);
      const lines = [question('q1', 'Capital of France?', 'Paris'), question('q2', 'Capital of Italy?', 'Rome')];
      const data = [{ kind: 'qaset', name: 'capitals', content_hash: '', lines }];
      const { cases } = suite('plan', { data, parameters: {}, seed: 1 });
      assert.deepEqual(cases.map((one) => one.id), ['q1', 'q2']);
      const { results } = suite('run', { target: 't', parameters: {}, cases });
      assert.equal(results[0].answers[0].text, 'It is PARIS.');
      const { verdicts } = suite('judge', { parameters: {}, cases, results });
      assert.deepEqual(verdicts.map((one) => one.pass), [true, false]);
    },
  },

  // A task that comes again is answered from what is kept.
  capability: {
    does({ ask }) {
      const perform = (text) =>
        ask('tenon.bridge.capability/1', 'perform', { task_id: 't-1', action: 'my-capability.count_words', payload: { text }, trace_id: '', requested_by: 'tester' });
      assert.equal(perform('one two three').result.words, 3);
      assert.equal(perform('something else').result.words, 3);
    },
  },

  // One of three has been quiet; the metric counts what was written.
  job: {
    does({ ask, curl }) {
      const written = () => /^coach_quiet_users(_total)?\{plugin="my-job"\} (\S+)$/m.exec(curl('/metrics'))?.[2];
      assert.equal(written(), '0');
      const users = [user('quiet', []), user('talking', ['2026-03-28']), user('broken', ['2026-02-30'])];
      const ran = ask('tenon.coach.job/1', 'run', { tick: '2026-03-29T08:00:00Z', parameters: {}, users });
      assert.deepEqual(ran.notifications.map((one) => one.user_id), ['quiet']);
      assert.deepEqual(ran.failures.map((one) => one.user_id), ['broken']);
      assert.equal(written(), '1');
    },
  },

  module: {
    does({ ask, curl }) {
      const notices = '/v1/admin/my-module/notices';
      const module = (method, input) => ask('tenon.admin.module/1', method, input);
      assert.deepEqual(JSON.parse(curl(notices)), { items: [] });
      const added = curl(notices, '-H', 'Content-Type: application/json', '-d', '{"text":"first"}');
      assert.deepEqual(JSON.parse(added), { id: 1, text: 'first' });
      assert.deepEqual(JSON.parse(curl(notices)).items, [{ id: 1, text: 'first' }]);
      assert.deepEqual(module('cards', { cards: [] }), { cards: { notices: { total: 1 } } });
      const plan = module('plan', { action: 'remove-old', input: {} });
      assert.equal(plan.rows, 0, 'it is not old');
      const done = module('perform', { action: 'remove-old', input: {}, state: plan.state });
      assert.equal(done.rows, 0);
    },
  },
};
