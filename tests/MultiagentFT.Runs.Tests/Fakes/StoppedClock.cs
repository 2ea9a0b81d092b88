namespace MultiagentFT.Runs.Tests.Fakes;

/// <summary>Time does not pass, so that files with seconds in them can be compared.</summary>
internal sealed class StoppedClock : TimeProvider
{
    public override long GetTimestamp() => 0;

    public override DateTimeOffset GetUtcNow() => DateTimeOffset.UnixEpoch;
}
