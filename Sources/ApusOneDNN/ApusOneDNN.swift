#if OneDNN
import CDNNL
#endif
