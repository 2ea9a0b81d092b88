using System.CommandLine;
using System.Text.Json;
using MultiagentFT.Foundation;
using MultiagentFT.Training.Measuring;

namespace MultiagentFT.Cli.Commands;

/// <summary><c>mft measure-training</c>: does a <see cref="TrainingBenchJob"/> on standard input, for <see cref="BenchTrainCommand"/>.</summary>
internal sealed class MeasureTrainingCommand : MftCommand
{
    public const string Command = "measure-training";

    public MeasureTrainingCommand(Terminal terminal)
        : base(Command, "Trains on made-up conversations and tells speed and memory.", terminal) => Hidden = true;

    protected override Task ExecuteAsync(ParseResult parsed, CancellationToken cancellation)
    {
        var job = JsonSerializer.Deserialize<TrainingBenchJob>(StandardStream.ReadAll(Terminal), JsonFormats.Line)
            ?? throw new InputException("standard input", null, "a job", "null");
        var folder = Directory.CreateTempSubdirectory("mft-bench-");
        try
        {
            Terminal.WriteJson(TrainingBench.Run(job, folder.FullName, cancellation));
        }
        finally
        {
            folder.Delete(recursive: true);
        }
        return Task.CompletedTask;
    }
}
