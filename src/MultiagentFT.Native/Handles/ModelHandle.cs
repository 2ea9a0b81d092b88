using Microsoft.Win32.SafeHandles;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Handles;

/// <summary>Owns a llama_model. Contexts and adapters hold references, so it goes last.</summary>
internal sealed class ModelHandle() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    protected override bool ReleaseHandle()
    {
        LlamaMethods.ModelFree(handle);
        return true;
    }
}
