using System.Runtime.InteropServices;

namespace MultiagentFT.Native.Interop;

/// <summary>llama_chat_message: two UTF-8 strings that end in NUL.</summary>
[StructLayout(LayoutKind.Sequential)]
internal unsafe struct LlamaChatMessage
{
    public byte* Role;
    public byte* Content;
}
