import { proveLab } from './prove-lab.ts'

proveLab('credentials-and-regions')
