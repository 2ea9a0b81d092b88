using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>
/// What a program says when a model file becomes shorter while it is mapped. The system ends a process that looks at what is gone (SIGBUS) and no
/// exception can be thrown, so the program that owns the process chooses its last words. Elsewhere than on Unix such files cannot be shortened.
/// </summary>
public static class LostMapping
{
    private static readonly Lock Gate = new();

    /// <param name="message">One line, at most 4096 bytes of UTF-8.</param>
    /// <param name="exitCode">What the process ends with.</param>
    public static void Report(string message, int exitCode)
    {
        _ = DecoderLibrary.Instance;
        lock (Gate) DecoderMethods.ReportLostMappings(Printable.Line(message) + "\n", exitCode);
    }
}
