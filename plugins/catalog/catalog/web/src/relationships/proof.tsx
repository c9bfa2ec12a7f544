import { Anchor, Code, Text } from '@mantine/core';
import { hostOf, linkAddress } from '../addresses';
import type { Kind, Relationship, Why } from '../api';
import { asWords } from '../format';
import classes from './proof.module.css';

/** Why a product stands where it stands: pin, declared evidence, rules that fired. */
export function Proof({ item, kind }: { item: Relationship; kind: Kind }) {
  const { rules, declared, pinned } = item.why;
  return (
    <>
      <Text fw={600} size="sm" mb={6}>
        {kind === 'necessity' ? 'Why it is required' : 'Why it is shown here'}
      </Text>
      {pinned && <Text size="sm">A curator pinned it here.</Text>}
      {declared && <Declared declared={declared} />}
      {rules.length > 0 && <Rules rules={rules} shown={item.score} />}
      {!pinned && !declared && rules.length === 0 && (
        <Text size="sm" c="dimmed">
          The host gave no evidence.
        </Text>
      )}
    </>
  );
}

function Declared({ declared }: { declared: NonNullable<Why['declared']> }) {
  const address = linkAddress(declared.source_url);
  return (
    <figure className={classes.declared}>
      <blockquote dir="auto">{declared.sentence}</blockquote>
      <figcaption>
        <span>{`Declared as “${asWords(declared.kind).toLowerCase()}”`}</span>
        {address && (
          <span>
            {' by '}
            <Anchor href={address} target="_blank" rel="noopener noreferrer" fz="inherit" underline="always">
              {hostOf(address)}
            </Anchor>
          </span>
        )}
        {declared.position && <div>{`Position ${declared.position}`}</div>}
        {declared.content_hash && (
          <div>
            Page hash <Code className={classes.hash}>{declared.content_hash}</Code>
          </div>
        )}
      </figcaption>
    </figure>
  );
}

function Rules({ rules, shown }: { rules: Why['rules']; shown: number }) {
  const sum = rules.reduce((points, rule) => points + rule.points, 0);
  return (
    <table className={classes.rules}>
      <thead>
        <tr>
          <th scope="col">Rule</th>
          <th scope="col">Points</th>
        </tr>
      </thead>
      <tbody>
        {rules.map((rule) => (
          <tr key={rule.id}>
            <td>
              {asWords(rule.id)}
              {rule.matched.length > 0 && (
                <span className={classes.matched}>
                  {rule.matched.map((word) => (
                    <Code key={word} dir="auto">
                      {word}
                    </Code>
                  ))}
                </span>
              )}
            </td>
            <td>{rule.points}</td>
          </tr>
        ))}
      </tbody>
      <tfoot>
        <tr>
          <td>{sum === shown ? 'Score' : `Sum, shown as ${shown}`}</td>
          <td>{sum}</td>
        </tr>
      </tfoot>
    </table>
  );
}
