import { condition, lab, task } from '../../checker/lab.ts'
import { checkCancelled, checkNothingRuns } from './end.ts'
import { checkCapacity, checkKinds, checkMaintained, checkReplaced, checkSpread } from './fleet.ts'
import { checkPolicy, checkTrust } from './role.ts'

export default lab({
  tasks: [
    task({
      id: 'role',
      title: 'A role for the fleet',
      hints: [
        'The service that plays it is `spotfleet.amazonaws.com`.',
        'AWS wrote its policy: `arn:aws:iam::aws:policy/service-role/AmazonEC2SpotFleetTaggingRole`',
      ],
      explanation:
        'The role is why a fleet can still launch at night, when your own session has long ended.',
      conditions: [
        condition({ id: 'trust', title: 'Spot fleet may play it', points: 1, check: checkTrust }),
        condition({ id: 'policy', title: 'It may launch and tag', points: 1, check: checkPolicy }),
      ],
    }),
    task({
      id: 'fleet',
      title: 'A fleet of several kinds',
      hints: [
        'Each launch specification is a pool per zone. Give at least two types.',
        '`"AllocationStrategy": "diversified"` and `"Type": "maintain"`',
        'Nothing launched? The history of the request says why: `aws ec2 describe-spot-fleet-request-history`',
      ],
      explanation:
        'A pool is a type in a zone, with a price and a chance of its own. Spreading costs a little more than the cheapest pool and is what makes spot dependable.',
      conditions: [
        condition({
          id: 'capacity',
          title: 'It wants as many as it should',
          points: 1,
          check: checkCapacity,
        }),
        condition({ id: 'kinds', title: 'Of at least two types', points: 1, check: checkKinds }),
        condition({ id: 'spread', title: 'Spread over them', points: 1, check: checkSpread }),
        condition({
          id: 'maintained',
          title: 'And keeps their number',
          points: 1,
          check: checkMaintained,
        }),
      ],
    }),
    task({
      id: 'loss',
      title: 'It replaces what is lost',
      hints: [
        'Terminate one of its instances, and let ten minutes pass while the fleet still stands.',
      ],
      explanation:
        'Nobody was woken up for this. A job that can be continued by any machine does not care which one it was.',
      conditions: [
        condition({
          id: 'replaced',
          title: 'One was terminated, another one came',
          points: 2,
          check: checkReplaced,
        }),
      ],
    }),
    task({
      id: 'end',
      title: 'The end of it',
      hints: [
        'Cancel the request, not the instances: `cancel-spot-fleet-requests --terminate-instances`',
        'Terminating takes a moment: `pocketcloud clock advance 5m`',
      ],
      explanation:
        'Whoever terminates the instances of a living fleet pays for their replacements. It is one of the classic surprises on a bill.',
      conditions: [
        condition({
          id: 'cancelled',
          title: 'Your fleet is cancelled',
          points: 1,
          check: checkCancelled,
        }),
        condition({
          id: 'nothing-runs',
          title: 'Nothing of it runs',
          points: 1,
          check: checkNothingRuns,
        }),
      ],
    }),
  ],
})
