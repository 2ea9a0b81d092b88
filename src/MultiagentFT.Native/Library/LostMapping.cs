using MultiagentFT.Foundation;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>The last words of a process that looks at a part of a mapped file which is no longer there (SIGBUS).</summary>
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
