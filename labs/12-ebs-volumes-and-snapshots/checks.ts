import { condition, lab, passed, task } from '../../checker/lab.ts'
import { checkCopy, checkElsewhere, checkRestored, checkSnapshot } from './snapshots.ts'
import { checkAttached, checkEncrypted, checkFaster, checkLarger, onVolume } from './volume.ts'

export default lab({
  tasks: [
    task({
      id: 'volume',
      title: 'A volume of its own',
      hints: [
        'It has to be in the zone of the instance: `describe-instances` says which, under Placement.',
        'Encryption is said at creation, it can not be added: `--encrypted`',
        '`aws ec2 attach-volume --device /dev/sdf` once the volume is available.',
      ],
      explanation:
        'A volume travels over the network, and still belongs to one zone: the network inside a zone is what makes it fast enough.',
      conditions: [
        condition({
          id: 'made',
          title: 'It is there, of the kind gp3',
          points: 1,
          check: onVolume(() => passed()),
        }),
        condition({
          id: 'encrypted',
          title: 'It is encrypted',
          points: 1,
          check: onVolume(checkEncrypted),
        }),
        condition({
          id: 'attached',
          title: 'Your instance has it at /dev/sdf',
          points: 1,
          check: onVolume(checkAttached),
        }),
      ],
    }),
    task({
      id: 'grow',
      title: 'Larger and faster',
      hints: [
        'One call changes both: `modify-volume --size … --iops …`',
        'A second change has to wait six hours: `pocketcloud clock advance 6h` is faster.',
      ],
      explanation:
        'The volume is larger now; the file system on it does not know yet. On the machine, growpart and resize2fs tell it.',
      conditions: [
        condition({
          id: 'larger',
          title: 'It has the larger size',
          points: 1,
          check: onVolume(checkLarger),
        }),
        condition({
          id: 'faster',
          title: 'It does 4000 IOPS',
          points: 1,
          check: onVolume(checkFaster),
        }),
      ],
    }),
    task({
      id: 'snapshot',
      title: 'A snapshot, here and far away',
      hints: [
        '`create-snapshot`, then wait until it is completed: only then it can be copied.',
        'A copy is asked for in the region where it shall be: `--region {{region}} --source-region us-east-1`',
      ],
      explanation:
        'Snapshots look like full copies and cost like differences. Delete one in the middle, and the others still have everything they need.',
      conditions: [
        condition({
          id: 'taken',
          title: 'A snapshot of the grown volume',
          points: 1,
          check: checkSnapshot,
        }),
        condition({
          id: 'copied',
          title: 'A copy in the other region',
          points: 1,
          check: checkCopy,
        }),
      ],
    }),
    task({
      id: 'restore',
      title: 'Back from the snapshot',
      hints: ['`create-volume --snapshot-id …`, in a zone where the instance is not.'],
      explanation:
        'The blocks of a restored volume come from S3 when they are first read. So it is there at once, and slow at first.',
      conditions: [
        condition({
          id: 'restored',
          title: 'A volume from the snapshot',
          points: 1,
          check: checkRestored,
        }),
        condition({ id: 'elsewhere', title: 'In another zone', points: 1, check: checkElsewhere }),
      ],
    }),
  ],
})
