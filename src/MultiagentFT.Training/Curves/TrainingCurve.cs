using System.Text.Json;
using MultiagentFT.Contracts.Training;
using MultiagentFT.Foundation;

namespace MultiagentFT.Training.Curves;

/// <summary>
/// Loss, learning rate and tokens of every step as files that can be read along: <c>events.out.tfevents.mft</c> for TensorBoard and the same as
/// <c>curve.jsonl</c>. A training that continues writes both anew, with the steps of its checkpoint first, at the time at which it continues.
/// </summary>
public sealed class TrainingCurve : IDisposable
{
    public const string EventsName = "events.out.tfevents.mft";
    public const string LinesName = "curve.jsonl";

    private readonly EventFile _events;
    private readonly FileStream _lines;
    private readonly TimeProvider _time;

    private TrainingCurve(string folder, TimeProvider time)
    {
        _time = time;
        Directory.CreateDirectory(folder);
        _lines = Create(Path.Combine(folder, LinesName));
        try
        {
            _events = new EventFile(Create(Path.Combine(folder, EventsName)));
            _events.Begin(time.GetUtcNow());
        }
        catch
        {
            _events?.Dispose();
            _lines.Dispose();
            throw;
        }
    }

    /// <summary>The folder of an adapter within that of several: its file's name without the ending.</summary>
    public static string FolderOf(string folder, string adapter) => Path.Combine(folder, Path.GetFileNameWithoutExtension(adapter));

    /// <param name="folder">Is made; files of these names in it are replaced.</param>
    /// <param name="time">When steps are taken.</param>
    /// <exception cref="InputException">It cannot be written.</exception>
    public static TrainingCurve Open(string folder, TimeProvider time)
    {
        try
        {
            return new TrainingCurve(folder, time);
        }
        catch (Exception error) when (error is IOException or UnauthorizedAccessException)
        {
            throw new InputException(folder, null, "a folder for curves that can be written", error.Message, error);
        }
    }

    /// <summary>Writes the curve of a training that has ended elsewhere.</summary>
    /// <param name="folder">Is made; files of these names in it are replaced.</param>
    /// <param name="steps">In their order, each with its time.</param>
    /// <inheritdoc cref="Open" path="/exception"/>
    public static void Write(string folder, IReadOnlyList<(TrainingProgress Step, DateTimeOffset Time)> steps)
    {
        var clock = new GivenTime { Now = steps.Count > 0 ? steps[0].Time : DateTimeOffset.UnixEpoch };
        using var curve = Open(folder, clock);
        foreach (var (step, time) in steps)
        {
            clock.Now = time;
            curve.Add(new TrainingStep(step.Step, step.Tokens, step.Loss, step.LearningRate), step.Steps);
        }
    }

    /// <param name="step">The next one.</param>
    /// <param name="steps">How many there will be.</param>
    public void Add(TrainingStep step, int steps)
    {
        _events.Add(_time.GetUtcNow(), step.Number, ("train/loss", step.Loss), ("train/learning_rate", step.Rate), ("train/tokens", step.Tokens));
        JsonSerializer.Serialize(_lines, new TrainingProgress(step.Number, steps, step.Tokens, step.Loss, step.Rate), JsonFormats.Line);
        _lines.WriteByte((byte)'\n');
        _lines.Flush();
    }

    public void Dispose()
    {
        _events.Dispose();
        _lines.Dispose();
    }

    private sealed class GivenTime : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }

    private static FileStream Create(string path) => new(path, FileMode.Create, FileAccess.Write, FileShare.Read);
}
