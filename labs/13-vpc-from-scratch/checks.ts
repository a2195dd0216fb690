import { condition, lab, task } from '../../checker/lab.ts'
import { checkSubnets, checkVpc, checkZones } from './network.ts'
import { checkOnlyDatabase, checkPrivate, checkWeb, checkWebToDatabase } from './paths.ts'
import { checkOwnTable, checkWayOut } from './routes.ts'

export default lab({
  tasks: [
    task({
      id: 'network',
      title: 'A network, two subnets',
      hints: [
        'The network is {{net}}.0.0/16; the subnets are {{net}}.1.0/24 and {{net}}.2.0/24.',
        'A subnet is in one zone: `--availability-zone us-east-1a` and `us-east-1b`',
      ],
      explanation:
        'Ranges are for ever: two networks with the same one can never be connected. That is why companies keep a list of who has which.',
      conditions: [
        condition({ id: 'vpc', title: 'The VPC has its range', points: 1, check: checkVpc }),
        condition({ id: 'subnets', title: 'It has both subnets', points: 1, check: checkSubnets }),
        condition({ id: 'zones', title: 'They are in two zones', points: 1, check: checkZones }),
      ],
    }),
    task({
      id: 'routes',
      title: 'A way out for one of them',
      hints: [
        'Make a gateway, attach it to the VPC; make a table, give it a route, associate it with the subnet.',
        'The route for everything else is 0.0.0.0/0.',
        'Is the way out in the main table? Then every subnet has it. It belongs into one of its own.',
      ],
      explanation:
        'Public and private are no kinds of subnet. They are what people call a subnet whose table has a route to an internet gateway, or has none.',
      conditions: [
        condition({
          id: 'way-out',
          title: 'The public subnet has a way out',
          points: 1,
          check: checkWayOut,
        }),
        condition({
          id: 'not-private',
          title: 'The private one has none',
          points: 1,
          check: checkOwnTable,
        }),
      ],
    }),
    task({
      id: 'paths',
      title: 'Who reaches whom',
      hints: [
        '`pocketcloud reach internet INSTANCE 443` names the rule, route or list that stops it.',
        'The web server needs a public address: `modify-subnet-attribute --map-public-ip-on-launch` before the launch.',
        'The database admits a group, not an address: `--source-group`',
      ],
      explanation:
        'Three things have to agree for every packet: a route there, a rule that lets it in, and (for lists of a subnet) one that lets the answer out. If something does not work, it is one of these three.',
      conditions: [
        condition({
          id: 'web',
          title: 'The internet reaches the web server on 443',
          points: 2,
          check: checkWeb,
        }),
        condition({
          id: 'database',
          title: 'The web server reaches the database on 5432',
          points: 2,
          check: checkWebToDatabase,
        }),
        condition({
          id: 'private',
          title: 'The internet does not reach the database',
          points: 1,
          check: checkPrivate,
        }),
        condition({
          id: 'only',
          title: 'And nothing else passes between the two',
          points: 1,
          check: checkOnlyDatabase,
        }),
      ],
    }),
  ],
})
