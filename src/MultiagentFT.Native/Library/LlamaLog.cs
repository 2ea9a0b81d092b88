using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text;
using MultiagentFT.Native.Interop;

namespace MultiagentFT.Native.Library;

/// <summary>
/// What llama.cpp and ggml log, process-wide. Warnings and errors are kept for error messages; everything goes to the
/// listeners of <see cref="Written"/>.
/// </summary>
public static unsafe class LlamaLog
{
    private const int Kept = 50;
    private const int WarningLevel = 3;
    private const int ErrorLevel = 4;
    private const int ContinuationLevel = 5;

    private static readonly Lock Gate = new();
    private static readonly Queue<(long Number, string Line)> Lines = new();
    private static readonly StringBuilder Partial = new();
    private static long _count;
    private static int _level;

    /// <summary>Called with each whole line, on the thread that logs. A listener must not throw.</summary>
    public static event Action<string>? Written;

    /// <summary>A point in time; give it to <see cref="Since"/>.</summary>
    internal static long Mark()
    {
        lock (Gate) return _count;
    }

    /// <summary>Warnings and errors since a mark, the last 50 at most, for the end of an error message.</summary>
    internal static string Since(long mark)
    {
        lock (Gate)
        {
            var lines = Lines.Where(line => line.Number >= mark).Select(line => line.Line).ToArray();
            return lines.Length == 0 ? "llama.cpp logged nothing" : "llama.cpp logged: " + string.Join(" | ", lines);
        }
    }

    /// <summary>Listens to ggml, which logs for itself until libllama is there.</summary>
    internal static void InstallForGgml() => GgmlMethods.LogSet(&OnText, null);

    /// <summary>Listens to libllama and through it to ggml.</summary>
    /// <param name="llama">The library's handle: it may be of a version that the other functions are not called in.</param>
    internal static void InstallForLlama(nint llama)
    {
        var set = (delegate* unmanaged[Cdecl]<delegate* unmanaged[Cdecl]<int, byte*, void*, void>, void*, void>)NativeLibrary.GetExport(llama, "llama_log_set");
        set(&OnText, null);
    }

    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void OnText(int level, byte* text, void* data)
    {
        try
        {
            if (IsWanted(level)) Append(Marshal.PtrToStringUTF8((nint)text) ?? "");
        }
        catch (Exception)
        {
            // A managed exception cannot cross native frames: a listener that throws loses its line, not the process.
        }
    }

    /// <summary>Whether anybody will see the text. A switch of adapters logs dozens of lines, which are not even made strings otherwise.</summary>
    private static bool IsWanted(int level)
    {
        lock (Gate)
        {
            if (level != ContinuationLevel) _level = level;
            return Written is not null || _level is WarningLevel or ErrorLevel;
        }
    }

    private static void Append(string text)
    {
        List<string> whole = [];
        lock (Gate)
        {
            Partial.Append(text);
            while (Partial.ToString() is var pending && pending.IndexOf('\n') is >= 0 and var end)
            {
                Partial.Remove(0, end + 1);
                var line = pending[..end].TrimEnd();
                if (line.Length == 0) continue;
                whole.Add(line);
                if (_level is WarningLevel or ErrorLevel) Keep(line);
            }
        }
        foreach (var line in whole) Written?.Invoke(line);
    }

    private static void Keep(string line)
    {
        Lines.Enqueue((_count++, line));
        if (Lines.Count > Kept) Lines.Dequeue();
    }
}
