using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Gguf;
using MultiagentFT.Testing;
using MultiagentFT.Training.Lora;

namespace MultiagentFT.Training.Tests.Objectives;

public sealed class PreferenceTrainingTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string _model;
    private readonly string _dataset;

    public PreferenceTrainingTests()
    {
        _model = TinyModel.Write(_folder.File("model.gguf"), new TinyModelOptions { TensorType = TensorType.Q8_0 });
        _dataset = _folder.File("preferences.jsonl");
    }

    public void Dispose() => _folder.Dispose();

    /// <summary>Without an adapter the policy is the reference: log 2. It then learns the chosen answers.</summary>
    [Theory]
    [InlineData("dpo", Kept.Activations)]
    [InlineData("dpo-norm", Kept.Activations)]
    [InlineData("dpo", Kept.Nothing)]
    public void DpoBeginsAtTheReferenceAndLearns(string objective, Kept keep)
    {
        WritePairs();
        var job = Job("a.gguf", objective, keep);
        var first = new LoraTrainer(job with { Options = job.Options with { Epochs = 1, BatchTokens = 1 << 16 } }).Run(null, default);
        Assert.Equal(Math.Log(2), first.FirstLoss!.Value, 1e-4);
        var report = new LoraTrainer(job).Run(null, default);
        Assert.True(report.LastLoss < 0.5 * report.FirstLoss, $"loss from {report.FirstLoss} to {report.LastLoss}");
        Assert.Equal(8, report.Examples);
        using var adapter = AdapterFile.Open(job.Output);
    }

    /// <summary>An adapter's own policy is the reference where the training starts from it; the base is another one.</summary>
    [Fact]
    public void TheReferenceIsTheStartOrTheBase()
    {
        WritePairs();
        var start = TinyAdapter.Write(_folder.File("start.gguf"), _model, new TinyAdapterOptions { Rank = 4, Reach = 0.5f });
        var job = Job("a.gguf", "dpo", Kept.Auto);
        job = job with { StartAdapter = start, Options = job.Options with { Epochs = 1, BatchTokens = 1 << 16 } };
        Assert.Equal(Math.Log(2), new LoraTrainer(job).Run(null, default).FirstLoss!.Value, 1e-4);
        var ofBase = new LoraTrainer(job with { Options = job.Options with { Reference = ReferencePolicy.Base } }).Run(null, default);
        Assert.True(Math.Abs(ofBase.FirstLoss!.Value - Math.Log(2)) > 1e-3, $"loss {ofBase.FirstLoss}");
    }

    /// <summary>Without an adapter the policy is the reference: 1 − σ(0). It then tells the two kinds apart.</summary>
    [Fact]
    public void KtoBeginsAtTheReferenceAndLearns()
    {
        PreferenceFile.Write(_dataset, Enumerable.Range(0, 12).Select(i => new LabelledCompletion(
            [ChatMessage.User($"What is {i}?")], [ChatMessage.Assistant(i % 2 == 0 ? "It is even." : "No idea!")], i % 2 == 0)));
        var job = Job("a.gguf", "kto", Kept.Auto);
        var first = new LoraTrainer(job with { Options = job.Options with { Epochs = 1, BatchTokens = 1 << 16 } }).Run(null, default);
        Assert.Equal(0.5, first.FirstLoss!.Value, 1e-4);
        var report = new LoraTrainer(job).Run(null, default);
        Assert.True(report.LastLoss < 0.7 * report.FirstLoss, $"loss from {report.FirstLoss} to {report.LastLoss}");
        Assert.Equal(12, report.Examples);
    }

    [Theory]
    [InlineData("dpo", """{"prompt": "a", "chosen": "b", "rejected": "b"}""", "line 1: rejected: expected an answer other than the chosen one, found the same")]
    [InlineData("dpo", """{"prompt": "a", "chosen": "b"}""", "line 1: rejected: expected a text or messages beside prompt, found no such key")]
    [InlineData("dpo", """{"prompt": [{"role": "assistant", "content": "a"}], "chosen": "b", "rejected": "c"}""", "line 1: prompt: expected a user message, found none")]
    [InlineData("dpo", """{"prompt": "a", "chosen": [{"role": "user", "content": "b"}], "rejected": "c"}""", "line 1: chosen: expected one assistant message, found 1 messages")]
    [InlineData("dpo", """{"prompt": "a", "chosen": "b<|im_end|>", "rejected": "c"}""", null)]
    [InlineData("kto", """{"prompt": "a", "completion": "b", "label": 1}""", "line 1: label: expected true or false, found 1")]
    [InlineData("kto", """{"prompt": "a", "completion": "b", "label": true}""", "expected at least two completions, found 1")]
    [InlineData("kto", """{"prompt": "a", "completion": "", "label": true}""", "line 1: completion: expected a text, found nothing")]
    public void WhatCannotBeLearnedFromIsNamed(string objective, string line, string? message)
    {
        File.WriteAllText(_dataset, line + "\n");
        var error = Assert.Throws<InputException>(() => new LoraTrainer(Job("a.gguf", objective, Kept.Auto)).Run(null, default));
        if (message is null) Assert.StartsWith($"{_dataset}: pair 1: ", error.Message, StringComparison.Ordinal);
        else Assert.Equal($"{_dataset}: {message}", error.Message);
        Assert.False(File.Exists(_folder.File("a.gguf")));
    }

    private void WritePairs() => PreferenceFile.Write(_dataset, Enumerable.Range(0, 8).Select(i => new PreferencePair(
        [ChatMessage.User($"What is {i}?")], [ChatMessage.Assistant($"It is {i}.")], [ChatMessage.Assistant("No idea, sorry!")])));

    private TrainingJob Job(string output, string objective, Kept keep) => new()
    {
        Model = _model,
        Dataset = _dataset,
        Output = _folder.File(output),
        Seed = 5,
        Options = new TrainingOptions
        {
            Objective = objective,
            Keep = keep,
            Beta = 1,
            Rank = 4,
            Alpha = 8,
            Epochs = 6,
            LearningRate = 1e-2,
            BatchTokens = 256,
            BFloat16 = false,
            Threads = 1,
        },
    };
}
