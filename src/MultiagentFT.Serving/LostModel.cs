using MultiagentFT.Native.Library;

namespace MultiagentFT.Serving;

/// <summary>
/// What a program says when a model file becomes shorter while it is served. The system ends such a process (SIGBUS) and no exception can be thrown, so the
/// program that owns the process may choose its last words. Elsewhere than on Unix files in use cannot be shortened.
/// </summary>
public static class LostModel
{
    /// <summary>Writes a line to standard error and ends the process with a code, when that happens. Called again it replaces both.</summary>
    /// <param name="message">One line, at most 4096 bytes of UTF-8.</param>
    /// <param name="exitCode">What the process ends with.</param>
    /// <exception cref="Foundation.InputException">The native library is missing or of another build.</exception>
    public static void Report(string message, int exitCode) => LostMapping.Report(message, exitCode);
}
