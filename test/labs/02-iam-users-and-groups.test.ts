import { proveLab } from './prove-lab.ts'

proveLab('iam-users-and-groups')
