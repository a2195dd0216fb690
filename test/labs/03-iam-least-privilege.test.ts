import { proveLab } from './prove-lab.ts'

proveLab('iam-least-privilege')
