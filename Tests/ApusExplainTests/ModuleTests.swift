import ApusExplain
import Testing
