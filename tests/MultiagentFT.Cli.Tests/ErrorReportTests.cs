using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;

namespace MultiagentFT.Cli.Tests;

public sealed class ErrorReportTests
{
    [Fact]
    public void Bad_input_is_the_message_alone() => Assert.Equal(
        (ExitCode.BadInput, "mft: model.gguf: expected a GGUF file, found no such file"),
        Report(new InputException("model.gguf", null, "a GGUF file", "no such file")));

    [Fact]
    public void An_interruption_says_how_to_go_on() => Assert.Equal(
        (ExitCode.Interrupted, "mft: interrupted; run the same command again to continue"),
        Report(new OperationCanceledException()));

    [Fact]
    public void What_an_interruption_breaks_is_an_interruption() => Assert.Equal(
        (ExitCode.Interrupted, "mft: interrupted; run the same command again to continue"),
        Report(new InputException("the trainer exited with code 130"), cancelled: true));

    [Fact]
    public void A_broken_training_says_how_to_go_on() => Assert.Equal(
        (ExitCode.Failure, "mft: the trainer exited with code 137; run the same command again to continue"),
        Report(new TrainingFailedException("the trainer exited with code 137")));

    [Fact]
    public void A_full_disk_is_named()
    {
        var (code, message) = Report(new IOException("No space left on device.", 28));

        Assert.Equal(ExitCode.Failure, code);
        Assert.Equal("mft: No space left on device. The disk is full: free some space; run the same command again to continue", message);
    }

    [Fact]
    public void A_defect_hints_at_the_stack()
    {
        var (code, message) = Report(new InvalidOperationException("odd"));

        Assert.Equal(ExitCode.Failure, code);
        Assert.Contains("odd", message, StringComparison.Ordinal);
        Assert.Contains("MFT_DEBUG=1", message, StringComparison.Ordinal);
    }

    private static (int Code, string Message) Report(Exception error, bool cancelled = false)
    {
        using var messages = new StringWriter();
        var code = ErrorReport.Write(error, messages, isResumable: true, new CancellationToken(cancelled));
        return (code, messages.ToString().Trim());
    }
}
