using System.Text;
using MultiagentFT.Contracts.Datasets;
using MultiagentFT.Contracts.Generation;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;
using MultiagentFT.Testing;
using MultiagentFT.Training.Curves;
using MultiagentFT.Training.Lora;

namespace MultiagentFT.Training.Tests.Curves;

public sealed class TrainingCurveTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>The check value of CRC-32C, so that the reader's is no copy of an error.</summary>
    [Fact]
    public void TheReadersSumIsCastagnolis() => Assert.Equal(0xe3069283u, EventReader.Crc(Encoding.ASCII.GetBytes("123456789")));

    [Fact]
    public void StepsAreReadBackWithTimesAndValues()
    {
        var time = new Clock(new DateTimeOffset(2026, 11, 26, 12, 0, 0, 500, TimeSpan.Zero));
        using (var curve = TrainingCurve.Open(_folder.File("curves"), time))
        {
            for (var i = 1; i <= 300; i++)
            {
                time.Now += TimeSpan.FromSeconds(1);
                curve.Add(new TrainingStep(i, 1000L * i, 2.5 / i, 1e-3 * i), 300);
            }
            // What is written can be read along.
            Assert.Equal(301, EventReader.Read(Path.Combine(_folder.File("curves"), TrainingCurve.EventsName)).Count);
        }

        var events = EventReader.Read(Path.Combine(_folder.File("curves"), TrainingCurve.EventsName));
        Assert.Equal(("brain.Event:2", 0L, 1795694400.5), (events[0].FileVersion, events[0].Step, events[0].WallTime));
        for (var i = 1; i <= 300; i++)
        {
            Assert.Equal((i, 1795694400.5 + i), (events[i].Step, events[i].WallTime));
            Assert.Equal(
                [("train/loss", (float)(2.5 / i)), ("train/learning_rate", (float)(1e-3 * i)), ("train/tokens", 1000f * i)],
                events[i].Summary.Value.Select(value => (value.Tag, value.SimpleValue)));
        }
        var lines = JsonLines.Read<TrainingProgress>(Path.Combine(_folder.File("curves"), TrainingCurve.LinesName), JsonFormats.Line).ToList();
        Assert.Equal(300, lines.Count);
        Assert.Equal(new TrainingProgress(7, 300, 7000, 2.5 / 7, 7e-3), lines[6]);
    }

    [Fact]
    public void ACurveOfATrainingElsewhereHasItsTimes()
    {
        var began = new DateTimeOffset(2026, 11, 26, 12, 0, 0, TimeSpan.Zero);
        (TrainingProgress, DateTimeOffset)[] steps = [(new(1, 3, 10, 2.5, 1e-3), began), (new(3, 3, 30, 0.5, 1e-4), began.AddSeconds(2.5))];

        TrainingCurve.Write(_folder.File("elsewhere"), steps);

        var events = EventReader.Read(Path.Combine(_folder.File("elsewhere"), TrainingCurve.EventsName));
        Assert.Equal([(0, 1795694400.0), (1, 1795694400.0), (3, 1795694402.5)], events.Select(one => (one.Step, one.WallTime)));
        Assert.Equal(steps.Select(step => step.Item1), JsonLines.Read<TrainingProgress>(Path.Combine(_folder.File("elsewhere"), TrainingCurve.LinesName), JsonFormats.Line));
    }

    /// <summary>A training that was killed continues with a curve that has all its steps once.</summary>
    [Fact]
    public void AnInterruptedTrainingHasTheCurveOfAWholeOne()
    {
        var model = TinyModel.Write(_folder.File("model.gguf"));
        DatasetFile.Write(_folder.File("d.jsonl"), [.. Enumerable.Range(0, 24).Select(i => new ChatExample([ChatMessage.User($"What is {i}?"), ChatMessage.Assistant($"It is {i % 3}.")]))]);
        var seen = new List<TrainingProgress>();
        var whole = Job("whole.gguf");
        new LoraTrainer(whole) { CurveFolder = _folder.File("whole") }.Run(new Listener(seen.Add), default);
        using var stop = new CancellationTokenSource();
        var job = Job("parts.gguf");
        Assert.Throws<OperationCanceledException>(() => Trainer().Run(new Listener(step => { if (step.Step == 2) stop.Cancel(); }), stop.Token));
        Trainer().Run(null, default);

        Assert.True(seen.Count >= 4, $"{seen.Count} steps");
        Assert.Equal(seen, JsonLines.Read<TrainingProgress>(Path.Combine(_folder.File("parts"), TrainingCurve.LinesName), JsonFormats.Line));
        foreach (var folder in (string[])["whole", "parts"])
        {
            var events = EventReader.Read(Path.Combine(_folder.File(folder), TrainingCurve.EventsName));
            Assert.Equal(seen.Select(step => ((long)step.Step, (float)step.Loss)), events.Skip(1).Select(entry => (entry.Step, entry.Summary.Value[0].SimpleValue)));
        }

        LoraTrainer Trainer() => new(job) { CheckpointInterval = TimeSpan.Zero, CurveFolder = _folder.File("parts") };

        TrainingJob Job(string output) => new()
        {
            Model = model,
            Dataset = _folder.File("d.jsonl"),
            Output = _folder.File(output),
            Seed = 5,
            Options = new TrainingOptions { Rank = 2, Epochs = 2, BatchTokens = 256, Threads = 1 },
        };
    }

    [Fact]
    public void AFolderThatCannotBeIsRefused()
    {
        File.WriteAllText(_folder.File("file"), "");
        Assert.Contains("expected a folder for curves that can be written", Assert.Throws<InputException>(() => TrainingCurve.Open(_folder.File("file"), TimeProvider.System)).Message, StringComparison.Ordinal);
        var job = new TrainingJob { Model = "m", Dataset = "d", Output = _folder.File("x/a.gguf") };
        var group = new GroupTrainer([job, job with { Output = _folder.File("y/a.gguf") }]) { CurveFolder = _folder.File("c") };
        Assert.Equal(
            $"{_folder.File("c/a")}: expected curves of one adapter, whose name the folder has, found 2 adapters of this name",
            Assert.Throws<InputException>(() => group.Run(default)).Message);
    }

    private sealed class Listener(Action<TrainingProgress> report) : IProgress<TrainingProgress>
    {
        public void Report(TrainingProgress value) => report(value);
    }

    private sealed class Clock(DateTimeOffset now) : TimeProvider
    {
        public DateTimeOffset Now { get; set; } = now;

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
