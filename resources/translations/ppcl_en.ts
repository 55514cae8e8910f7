<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="en" sourcelanguage="en">
<context>
    <name>ExportPage</name>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n layer</numerusform>
            <numerusform>%n layers</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>FitControl</name>
    <message numerus="yes">
        <source>{time} a picture (median of %n painted today)</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ModelPage</name>
    <message numerus="yes">
        <source>This model is there in %n sizes.</source>
        <translation>
            <numerusform>This model is there in %n size.</numerusform>
            <numerusform>This model is there in %n sizes.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>NumbersRow</name>
    <message numerus="yes">
        <source>Counted: the whole painting model, in %n layers. {size} as a file.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>on {device}, %n threads</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Median of %n pictures that this size painted today</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Median of %n pictures, painted when the project was made</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mean of %n pictures at equal seeds, which the model has not learned from. HaarPSI {value}; 1 is the same picture.</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Mean of %n pictures, by what the prompts ask for:</source>
        <translation type="unfinished">
            <numerusform></numerusform>
            <numerusform></numerusform>
        </translation>
    </message>
</context>
<context>
    <name>RecoverPage</name>
    <message numerus="yes">
        <source>Done. The model is there in %n sizes, the smallest with {size} of the original&apos;s parameters.</source>
        <translation>
            <numerusform>Done. The model is there in %n size, with {size} of the original&apos;s parameters.</numerusform>
            <numerusform>Done. The model is there in %n sizes, the smallest with {size} of the original&apos;s parameters.</numerusform>
        </translation>
    </message>
</context>
<context>
    <name>ShrinkPage</name>
    <message numerus="yes">
        <source>Measured on %n pictures that the model never learned from.</source>
        <translation>
            <numerusform>Measured on %n picture that the model never learned from.</numerusform>
            <numerusform>Measured on %n pictures that the model never learned from.</numerusform>
        </translation>
    </message>
</context>
</TS>
