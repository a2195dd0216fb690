import { condition, lab, task } from '../../checker/lab.ts'
import { checkClosed, checkEncrypted, checkManaged } from './database.ts'
import { checkGroup, checkMachineRole, checkUserData, checkZones } from './machines.ts'
import { checkModel, checkPrivate, checkVersioned } from './model.ts'
import { checkOnly, checkReads } from './role.ts'

export default lab({
  tasks: [
    task({
      id: 'model',
      title: 'The model',
      hints: [
        'The object is called models/model.pth.',
        'New buckets are closed to the public; `put-public-access-block` closes one that was opened.',
      ],
      explanation:
        'With versions, yesterday’s model is a copy away. Deploying is writing an object, and going back is writing it again.',
      conditions: [
        condition({ id: 'there', title: 'It is in your bucket', points: 1, check: checkModel }),
        condition({
          id: 'versioned',
          title: 'The bucket keeps versions',
          points: 1,
          check: checkVersioned,
        }),
        condition({
          id: 'private',
          title: 'It is closed to the public',
          points: 1,
          check: checkPrivate,
        }),
      ],
    }),
    task({
      id: 'role',
      title: 'What the machines may do',
      hints: [
        'One action, one prefix: `s3:GetObject` on `arn:aws:s3:::{{bucket}}/models/*`',
        'The role, the profile and the machines are called {{name}}.',
      ],
      explanation:
        'A machine that serves strangers will be attacked. What its role may do is what the attackers may do.',
      conditions: [
        condition({ id: 'reads', title: 'They read the model', points: 1, check: checkReads }),
        condition({ id: 'only', title: 'And nothing else', points: 2, check: checkOnly }),
      ],
    }),
    task({
      id: 'database',
      title: 'The database',
      hints: [
        '`--no-publicly-accessible`, and a group of its own that admits the machines’ group on 5432.',
        '`--manage-master-user-password` instead of a password.',
      ],
      explanation:
        'The password is nobody’s: RDS made it, Secrets Manager keeps it, and IAM decides who may read it.',
      conditions: [
        condition({
          id: 'closed',
          title: 'Only the machines reach it',
          points: 2,
          check: checkClosed,
        }),
        condition({
          id: 'encrypted',
          title: 'Its storage is encrypted',
          points: 1,
          check: checkEncrypted,
        }),
        condition({
          id: 'managed',
          title: 'Its password is in no script',
          points: 1,
          check: checkManaged,
        }),
      ],
    }),
    task({
      id: 'machines',
      title: 'The machines',
      hints: [
        'Two running instances with the tag Name={{name}}, one in each of two zones.',
        'The user data needs the database’s address: `describe-db-instances --query DBInstances[0].Endpoint.Address`',
      ],
      explanation:
        'Two of everything, in two zones, made by a script: when one goes away, the other answers, and the same script makes the next one.',
      conditions: [
        condition({
          id: 'zones',
          title: 'Two of them, in two zones',
          points: 1,
          check: checkZones,
        }),
        condition({
          id: 'role',
          title: 'With the role, and metadata that asks for a token',
          points: 1,
          check: checkMachineRole,
        }),
        condition({
          id: 'user-data',
          title: 'Their script knows the model and the database',
          points: 1,
          check: checkUserData,
        }),
        condition({
          id: 'port',
          title: 'The world reaches one port of them',
          points: 2,
          check: checkGroup,
        }),
      ],
    }),
  ],
})
