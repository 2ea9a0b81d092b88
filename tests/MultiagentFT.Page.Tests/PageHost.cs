using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Server;
using MultiagentFT.Server.Tests;
using MultiagentFT.Serving;
using MultiagentFT.Testing;

namespace MultiagentFT.Page.Tests;

/// <summary>The embedded model behind <c>mft serve</c>'s host, with a run of made-up debates.</summary>
internal sealed class PageHost : IAsyncDisposable
{
    private readonly ServedSociety _society;
    private readonly SocietyHost _host;
    private readonly TemporaryFolder _folder;

    private PageHost(ServedSociety society, SocietyHost host, TemporaryFolder folder) => (_society, _host, _folder) = (society, host, folder);

    public string Address => _host.Address.GetLeftPart(UriPartial.Authority);

    public string Feedback => Path.Combine(_folder.File("run"), "feedback.jsonl");

    public static async Task<PageHost> StartAsync(bool hasRun = true, string? key = null, bool hasOther = false)
    {
        var folder = new TemporaryFolder();
        var options = SocietyOptions.OfEmbeddedModel() with
        {
            // Never agreed before the end, so that every debate has both rounds.
            Debate = new DebateOptions { Agents = 3, Rounds = 2, Stop = DebateStop.Never },
            Engine = new EngineOptions { Threads = 1 },
        };
        var other = options with { Debate = options.Debate with { Agents = 2 } };
        var society = await ServedSociety.OpenAsync(hasOther ? options with { Beside = new Dictionary<string, SocietyOptions> { ["pair"] = other } } : options);
        var host = await SocietyHost.StartAsync(
            society, new ServerOptions { ApiKey = key, RunFolder = hasRun ? SampleRun.Write(folder) : null, NextSeed = () => 1 }, new HostOptions { Port = 0 });
        return new PageHost(society, host, folder);
    }

    public async ValueTask DisposeAsync()
    {
        await _host.DisposeAsync();
        await _society.DisposeAsync();
        _folder.Dispose();
    }
}
