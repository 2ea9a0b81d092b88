using MultiagentFT.Contracts.Generation;
using MultiagentFT.Debate.Protocol;
using MultiagentFT.Debate.Tasks.Grading;
using MultiagentFT.Foundation;
using MultiagentFT.Runs.Configuration;
using MultiagentFT.Runs.Folder;
using MultiagentFT.Testing;

namespace MultiagentFT.Serving.Tests;

public sealed class SocietyOptionsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_saved_society_is_served_as_its_run_was_configured()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var critic = TinyAdapter.Write(_folder.File("critic-1.gguf"), model);
        var config = new RunConfig
        {
            Model = model,
            Seed = 7,
            Debate = new DebateOptions { Agents = 1, MaxNewTokens = 8 },
            Engine = new EngineOptions { Slots = 2, SlotContext = 512 },
        };
        var saved = new SavedSociety(
            config,
            2,
            new Society([null], [new AdapterVersion("critic-1", 2)]),
            [new AgentAdapter("critic-1", 2, critic)],
            InputFile.Measure(model));

        var options = SocietyOptions.Of(saved);

        Assert.Equal((model, 7UL, config.Debate, config.Engine), (options.Model, options.Seed, options.Debate, options.Engine));
        await using var society = await ServedSociety.OpenAsync(options);
        Assert.Equal([null, "critic-1@2", null], society.Agents.Select(agent => agent.Adapter?.ToString()));
    }

    [Fact]
    public async Task A_base_with_one_changed_byte_is_refused()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var options = new SocietyOptions(model) { ModelSha256 = InputFile.Measure(model).Sha256 };
        await (await ServedSociety.OpenAsync(options)).DisposeAsync();
        var bytes = await File.ReadAllBytesAsync(model, TestContext.Current.CancellationToken);
        bytes[^1] ^= 1;
        await File.WriteAllBytesAsync(model, bytes, TestContext.Current.CancellationToken);

        var error = await Assert.ThrowsAsync<InputException>(() => ServedSociety.OpenAsync(options));

        Assert.Contains("model.gguf: expected the base model that the society was trained on (SHA-256 ", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Grading_of_a_run_is_that_of_its_society()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        var saved = new SavedSociety(new RunConfig { Model = model, Grading = GradingMode.Strict }, 1, Society.OfBase(3), [], InputFile.Measure(model));

        Assert.Equal(GradingMode.Strict, SocietyOptions.Of(saved).Grading);
    }

    /// <summary>Memory is set aside before adapters are trained, so it has to be what they will take.</summary>
    [Theory]
    [InlineData("llama", 8)]
    [InlineData("llama", 16)]
    [InlineData("qwen3", 8)]
    public void Adapters_to_come_are_counted_like_those_that_exist(string architecture, int rank)
    {
        var model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { Architecture = architecture });
        string[] adapters = [.. ((string[])["a.gguf", "b.gguf"]).Select(
            name => TinyAdapter.Write(_folder.File(name), model, new TinyAdapterOptions { Rank = rank }))];

        var values = AdapterDemand.OfRank(count: 2, rank).ValuesOver(model);

        Assert.Equal(AdapterDemand.OfFiles(adapters).ValuesOver(model), values);
        Assert.Equal(values, AdapterDemand.OfRank(count: 2, rank - 7).ValuesOver(model));
        Assert.Equal(0, AdapterDemand.None.ValuesOver(model));
    }
}
