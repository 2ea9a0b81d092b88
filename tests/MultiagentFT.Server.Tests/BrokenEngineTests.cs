using MultiagentFT.Contracts.Generation;
using MultiagentFT.Inference.Memory;
using MultiagentFT.Inference.Runtime;
using MultiagentFT.Serving;
using MultiagentFT.Testing;

namespace MultiagentFT.Server.Tests;

public sealed class BrokenEngineTests
{
    /// <summary>A step fails and no other context can be had: the engine has stopped, and the server says so.</summary>
    [Fact]
    public async Task A_server_whose_engine_has_stopped_is_not_healthy()
    {
        using var folder = new TemporaryFolder();
        await using var society = await ServedSociety.OpenAsync(
            new SocietyOptions(TestServer.Model(folder)), runtime => new OneContextRuntime(runtime), CancellationToken.None);
        await using var host = await SocietyHost.StartAsync(society, null, new HostOptions { Port = 0 });
        using var http = new HttpClient { BaseAddress = host.Address };
        using var before = await http.GetAsync("/health");

        using var body = new StringContent("{\"model\":\"base\",\"messages\":[{\"role\":\"user\",\"content\":\"Hi.\"}]}", System.Text.Encoding.UTF8, "application/json");
        using var answer = await http.PostAsync("/v1/chat/completions", body);
        using var after = await http.GetAsync("/health");

        Assert.Equal((200, 503, 503), ((int)before.StatusCode, (int)answer.StatusCode, (int)after.StatusCode));
        Assert.Contains("\"code\":", await answer.Content.ReadAsStringAsync(), StringComparison.Ordinal);
    }

    /// <summary>Has one context, that cannot decode.</summary>
    private sealed class OneContextRuntime(IModelRuntime inner) : IModelRuntime
    {
        private int _contexts;

        public ModelDescription Model => inner.Model;

        public ITokenizer Tokenizer => inner.Tokenizer;

        public IChatTemplate ChatTemplate => inner.ChatTemplate;

        public bool KeepsSlots => inner.KeepsSlots;

        public MemoryNeeds Needs(ContextOptions options) => inner.Needs(options);

        public IModelContext CreateContext(ContextOptions options) =>
            _contexts++ == 0 ? new BrokenContext(inner.CreateContext(options)) : throw new InvalidOperationException("out of memory");

        public IRuntimeAdapter LoadAdapter(string path) => inner.LoadAdapter(path);

        public void Dispose() => inner.Dispose();
    }

    private sealed class BrokenContext(IModelContext inner) : IModelContext
    {
        public ContextOptions Options => inner.Options;

        public bool MixesAdapters => inner.MixesAdapters;

        public bool PrefersDenseSlots => inner.PrefersDenseSlots;

        public void SetAdapter(IRuntimeAdapter? adapter) => inner.SetAdapter(adapter);

        public void SetAdapter(int slot, IRuntimeAdapter? adapter) => inner.SetAdapter(slot, adapter);

        public void Decode(DecodeBatch batch) => throw new InvalidOperationException("no");

        public ReadOnlySpan<float> Logits(int row) => inner.Logits(row);

        public bool Truncate(int slot, int length) => inner.Truncate(slot, length);

        public void Copy(int fromSlot, int toSlot) => inner.Copy(fromSlot, toSlot);

        public void Clear() => throw new InvalidOperationException("no");

        public void Dispose() => inner.Dispose();
    }
}
