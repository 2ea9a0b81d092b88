using System.Runtime.InteropServices;

namespace MultiagentFT.Cli.Tests;

public sealed class InterruptionTests
{
    /// <summary>A signal whose default is cancelled does not kill.</summary>
    [Fact]
    public void The_first_request_ends_the_work_and_a_later_one_kills()
    {
        var time = new ManualTime();
        using var interruption = new Interruption(time);

        Assert.False(interruption.Token.IsCancellationRequested);
        Assert.True(IsCaught(interruption));
        Assert.True(interruption.Token.IsCancellationRequested);
        time.Milliseconds = 999;
        Assert.True(IsCaught(interruption));
        time.Milliseconds = 1000;
        Assert.False(IsCaught(interruption));
    }

    private static bool IsCaught(Interruption interruption)
    {
        var context = new PosixSignalContext(PosixSignal.SIGTERM);
        interruption.OnSignal(context);
        return context.Cancel;
    }

    private sealed class ManualTime : TimeProvider
    {
        public long Milliseconds { get; set; }

        public override long TimestampFrequency => 1000;

        public override long GetTimestamp() => Milliseconds;
    }
}
