using MultiagentFT.Contracts.Generation;
using MultiagentFT.Remote.Generation;
using MultiagentFT.Remote.Http;

namespace MultiagentFT.Remote.Tests.Endpoint;

/// <summary>What tests of an engine begin with.</summary>
internal static class RemoteTest
{
    /// <summary>A secret that no output may hold.</summary>
    public const string Key = "sk-proj-Zx81secretKEYvalue77";

    /// <summary>Nobody waits long in a test.</summary>
    public static Waits Short { get; } = new(TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(5), TimeSpan.FromMilliseconds(10));

    public static RemoteEndpoint Open(FakeEndpoint fake, Func<RemoteOptions, RemoteOptions>? change = null, string? key = null, Action<string, TimeSpan>? onWait = null)
    {
        var options = new RemoteOptions { BaseUrl = fake.BaseUrl, TimeoutSeconds = 20, Retries = 3 };
        return new RemoteEndpoint(change?.Invoke(options) ?? options, key is null ? null : ApiKey.Of(key, "test"), Short, onWait);
    }

    public static RemoteEngine Engine(FakeEndpoint fake, Func<RemoteOptions, RemoteOptions>? change = null, string? key = null, Action<string, TimeSpan>? onWait = null) =>
        new(Open(fake, change, key, onWait), "toy");

    public static GenerationRequest Ask(string question = "What is 21+7*18+12-8*28?", ulong seed = 5UL << 33, int most = 20) => new()
    {
        Messages = [ChatMessage.User(question)],
        Seed = seed,
        MaxNewTokens = most,
    };
}
