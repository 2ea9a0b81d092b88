using MultiagentFT.Cluster;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli;

/// <summary>Turns what went wrong into a message and an exit code.</summary>
internal static class ErrorReport
{
    public const string DebugVariable = "MFT_DEBUG";

    private const int UnixDiskFull = 28;
    private const int WindowsDiskFull = unchecked((int)0x80070070);

    /// <param name="error">What was thrown.</param>
    /// <param name="messages">Where the message goes.</param>
    /// <param name="isResumable">Whether the same command goes on where it stopped.</param>
    /// <param name="cancellation">When cancelled, whatever was thrown is its consequence.</param>
    public static int Write(Exception error, TextWriter messages, bool isResumable, CancellationToken cancellation)
    {
        var again = isResumable ? "; run the same command again to continue" : "";
        if (error is OperationCanceledException || cancellation.IsCancellationRequested)
        {
            messages.WriteLine("mft: interrupted" + again);
            return ExitCode.Interrupted;
        }
        messages.WriteLine("mft: " + Printable.Lines(Message(error, again)));
        if (IsDebugged) messages.WriteLine(error);
        return error is InputException or AggregateException { InnerException: InputException } ? ExitCode.BadInput : ExitCode.Failure;
    }

    private const string Sizes = " (fewer --slots, --slot-context, --lanes or --threads take less, and --memory makes all of it fit)";

    private static bool IsDebugged => Environment.GetEnvironmentVariable(DebugVariable) is { Length: > 0 } and not "0";

    private static string Message(Exception error, string again) => error switch
    {
        InputException or GenerationException => error.Message,
        TrainingFailedException or WorkSetAsideException => error.Message + again,
        IOException { HResult: UnixDiskFull or WindowsDiskFull } => $"{error.Message} The disk is full: free some space{again}",
        IOException or UnauthorizedAccessException => error.Message,
        OutOfMemoryException => $"not enough memory: {error.Message}{Sizes}",
        AggregateException { InnerException: { } inner } => Message(inner, again),
        _ => $"{error.GetType().Name}: {error.Message}\nmft: this is a defect; {DebugVariable}=1 shows where it happened",
    };
}
