using BenchmarkDotNet.Attributes;
using MultiagentFT.Benchmarks.Reporting;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Debate.Prompts;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Lora;
using MultiagentFT.Training.Pretraining;

namespace MultiagentFT.Benchmarks.Training;

/// <summary>One epoch of LoRA on 128 conversations of the embedded model's task, start-up of the libraries excluded.</summary>
public class TrainingBenchmarks
{
    private const int Conversations = 128;
    private string _folder = "";
    private TrainingJob _job = null!;

    [GlobalSetup]
    public void Setup()
    {
        _folder = Directory.CreateTempSubdirectory("mft-bench-").FullName;
        var corpus = new ArithmeticCorpus(new PromptSet(), new CorpusMix { CarelessMistakes = 0 }, new Seed(1));
        DatasetFile.Write(Path.Combine(_folder, "data.jsonl"), [.. Enumerable.Range(0, Conversations).Select(_ => corpus.Next().Example)]);
        _job = new TrainingJob
        {
            Model = EmbeddedModel.Path,
            Dataset = Path.Combine(_folder, "data.jsonl"),
            Output = Path.Combine(_folder, "adapter.gguf"),
            Options = new TrainingOptions { Epochs = 1 },
        };
        TokenCounts.Set(typeof(TrainingBenchmarks), "", new LoraTrainer(_job).Run(null, default).Tokens);
    }

    [GlobalCleanup]
    public void Cleanup() => Directory.Delete(_folder, recursive: true);

    [Benchmark(Baseline = true)]
    public TrainingReport Float32() => new LoraTrainer(_job with { Options = _job.Options with { BFloat16 = false } }).Run(null, default);

    [Benchmark]
    public TrainingReport BFloat16() => new LoraTrainer(_job).Run(null, default);
}
