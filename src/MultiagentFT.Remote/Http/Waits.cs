namespace MultiagentFT.Remote.Http;

/// <summary>How long somebody waits who asks again.</summary>
/// <param name="FirstRetry">Before the second attempt of a request; later waits double.</param>
/// <param name="FirstPoll">Before a finetuning job is looked at again; later waits are half as long again.</param>
/// <param name="LongestPoll">Of those, at most.</param>
internal sealed record Waits(TimeSpan FirstRetry, TimeSpan FirstPoll, TimeSpan LongestPoll)
{
    public static Waits Usual { get; } = new(TimeSpan.FromSeconds(1), TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(1));
}
