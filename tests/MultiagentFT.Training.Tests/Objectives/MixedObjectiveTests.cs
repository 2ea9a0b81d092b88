using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Lora;

namespace MultiagentFT.Training.Tests.Objectives;

public sealed class MixedObjectiveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _chats;
    private readonly string _preferences;

    public MixedObjectiveTests()
    {
        _model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.Q8_0 });
        (_chats, _preferences) = (_folder.File("chats.jsonl"), _folder.File("preferences.jsonl"));
        DatasetFile.Write(_chats, Enumerable.Range(0, 6).Select(i => new ChatExample([ChatMessage.User($"What is {i}?"), ChatMessage.Assistant($"It is {i}.")])));
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>All answers of the conversations have as many tokens, so each preference weighs as one of them.</summary>
    [Theory]
    [InlineData("dpo", Kept.Activations)]
    [InlineData("dpo", Kept.Nothing)]
    [InlineData("kto", Kept.Activations)]
    public void TheLossOfAStepIsTheMeanOverConversationsAndPreferences(string objective, Kept keep)
    {
        Write(objective);
        var conversations = FirstLoss(Job(_chats, "supervised", keep));
        var preferences = FirstLoss(Job(_preferences, objective, keep));
        var mixed = FirstLoss(Job(_chats, "supervised", keep) with { Preferences = _preferences });

        Assert.Equal(((6 * conversations) + (4 * preferences)) / 10, mixed, 1e-4);
        // However it is cut into batches.
        var parts = Job(_chats, "supervised", keep) with { Preferences = _preferences };
        Assert.Equal(mixed, FirstLoss(parts with { Options = parts.Options with { BatchTokens = 64, Accumulation = 100 } }), 1e-4);
    }

    [Theory]
    [InlineData("dpo")]
    [InlineData("kto")]
    public void BothAreLearned(string objective)
    {
        Write(objective);
        var job = Job(_chats, "supervised", Kept.Auto) with { Preferences = _preferences };
        var report = new LoraTrainer(job with { Options = job.Options with { Epochs = 12, BatchTokens = 256 } }).Run(null, default);

        Assert.Equal(10, report.Examples);
        Assert.True(FirstLoss(Job(_chats, "supervised", Kept.Auto) with { StartAdapter = job.Output }) < 0.5 * FirstLoss(Job(_chats, "supervised", Kept.Auto)));
        var learned = Job(_preferences, objective, Kept.Auto) with { StartAdapter = job.Output };
        learned = learned with { Options = learned.Options with { Reference = ReferencePolicy.Base } };
        Assert.True(FirstLoss(learned) < 0.8 * FirstLoss(Job(_preferences, objective, Kept.Auto)));
    }

    [Fact]
    public void WhatCannotBeMixedIsNamed()
    {
        Write("dpo");
        var job = Job(_preferences, "dpo", Kept.Auto) with { Preferences = _preferences };
        Assert.Contains("expected supervised, as preferences are learned beside conversations, found dpo", Refusal(job), StringComparison.Ordinal);
        Assert.Contains("expected a path of its own", Refusal(Job(_chats, "supervised", Kept.Auto) with { Preferences = _preferences, Output = _preferences }), StringComparison.Ordinal);
        File.AppendAllText(_preferences, "{\"prompt\":\"a\",\"completion\":\"b\",\"label\":true}\n");
        job = Job(_chats, "supervised", Kept.Auto) with { Preferences = _preferences };
        Assert.StartsWith($"{_preferences}: line 5: chosen: ", Refusal(job), StringComparison.Ordinal);
        File.WriteAllText(_preferences, "");
        Assert.Contains("expected at least one preference, found none", Refusal(job), StringComparison.Ordinal);
        Assert.False(File.Exists(_folder.File("a.gguf")));
    }

    private string Refusal(TrainingJob job) => Assert.Throws<InputException>(() => new LoraTrainer(job).Run(null, default)).Message;

    private static double FirstLoss(TrainingJob job) => new LoraTrainer(job with { Output = job.Output + ".first.gguf" }).Run(null, default).StartLoss;

    private void Write(string objective)
    {
        if (objective == "dpo")
        {
            PreferenceFile.Write(_preferences, Enumerable.Range(0, 4).Select(i => new PreferencePair(
                [ChatMessage.User($"What is {i}?")], [ChatMessage.Assistant("An even number.")], [ChatMessage.Assistant("No idea, sorry!")])));
            return;
        }
        PreferenceFile.Write(_preferences, Enumerable.Range(0, 4).Select(i => new LabelledCompletion(
            [ChatMessage.User($"What is {i}?")], [ChatMessage.Assistant(i % 2 == 0 ? "It is even." : "No idea!")], i % 2 == 0)));
    }

    /// <summary>All examples in one step.</summary>
    private TrainingJob Job(string dataset, string objective, Kept keep) => new()
    {
        Model = _model,
        Dataset = dataset,
        Output = _folder.File("a.gguf"),
        Seed = 5,
        Options = new TrainingOptions
        {
            Objective = objective,
            Keep = keep,
            Beta = 1,
            Rank = 4,
            Alpha = 8,
            Epochs = 1,
            LearningRate = 1e-2,
            BatchTokens = 1 << 16,
            BFloat16 = false,
            Threads = 1,
        },
    };
}
