<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en">
<context>
    <name>App</name>
    <message>
        <source>Something in this window went wrong ({error}). Your work is safe.</source>
        <translation>此窗口出了问题（{error}）。你的工作成果是安全的。</translation>
    </message>
</context>
<context>
    <name>BaseModel</name>
    <message>
        <source>Pocket</source>
        <translation>Pocket</translation>
    </message>
    <message>
        <source>The folder cannot be read: {reason}.</source>
        <translation>无法读取该文件夹：{reason}。</translation>
    </message>
    <message>
        <source>The weights in the folder {part} are missing.</source>
        <translation>文件夹 {part} 中缺少权重文件。</translation>
    </message>
    <message>
        <source>The weights hold {found} layers, but the model should have {wanted}.</source>
        <translation>权重文件中有 {found} 层，但该模型应有 {wanted} 层。</translation>
    </message>
    <message>
        <source>There is no image model in this folder.</source>
        <translation>此文件夹中没有图像模型。</translation>
    </message>
    <message>
        <source>Choose the folder that holds model_index.json and a folder named transformer.</source>
        <translation>请选择包含 model_index.json 和名为 transformer 的子文件夹的那个文件夹。</translation>
    </message>
    <message>
        <source>The description of the model cannot be read.</source>
        <translation>无法读取模型的说明文件。</translation>
    </message>
    <message>
        <source>Models of this kind cannot be made smaller yet.</source>
        <translation>暂时还不能缩小这一类模型。</translation>
    </message>
    <message>
        <source>Kinds that can: {names}. This one is {name}.</source>
        <translation>支持的类型：{names}。这个模型是 {name}。</translation>
    </message>
    <message>
        <source>The file {name} is cut off or damaged.</source>
        <translation>文件 {name} 不完整或已损坏。</translation>
    </message>
    <message>
        <source>Nothing was changed. Get the model again, then choose it here.</source>
        <translation>没有任何更改。请重新获取该模型，然后在这里选择它。</translation>
    </message>
</context>
<context>
    <name>BlindPanel</name>
    <message>
        <source>←  Left is better</source>
        <translation>←  左边更好</translation>
    </message>
    <message>
        <source>↓  No difference</source>
        <translation>↓  没有差别</translation>
    </message>
    <message>
        <source>Right is better  →</source>
        <translation>右边更好  →</translation>
    </message>
    <message>
        <source>End the test</source>
        <translation>结束测试</translation>
    </message>
    <message>
        <source>Test again</source>
        <translation>再测一次</translation>
    </message>
    <message>
        <source>Both pictures are being painted…</source>
        <translation>正在绘制两张图片…</translation>
    </message>
    <message>
        <source>Left</source>
        <translation>左</translation>
    </message>
    <message>
        <source>Right</source>
        <translation>右</translation>
    </message>
    <message>
        <source>You preferred the original {original} times, this size {smaller} times, no difference {same} times: {verdict}.</source>
        <translation>你选择原模型 {original} 次，此档位 {smaller} 次，没有差别 {same} 次：{verdict}。</translation>
    </message>
    <message>
        <source>too few to tell</source>
        <translation>次数太少，无法判断</translation>
    </message>
    <message>
        <source>no clear preference</source>
        <translation>没有明显偏好</translation>
    </message>
    <message>
        <source>you clearly preferred the original</source>
        <translation>你明显偏好原模型</translation>
    </message>
    <message>
        <source>you clearly preferred this size</source>
        <translation>你明显偏好此档位</translation>
    </message>
    <message>
        <source>Somebody who tosses a coin gets a count at least as one-sided as {original} to {smaller} in {share} of such tests (exact binomial test, two-sided).</source>
        <translation>如果靠抛硬币来选，在 {share} 的此类测试中会得到至少像 {original} 比 {smaller} 这样悬殊的结果（精确二项检验，双侧）。</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Pair {number} of {total}: which one is the better picture of “{prompt}”?</source>
        <translation>第 {number} 对，共 {total} 对：哪一张更好地画出了“{prompt}”？</translation>
    </message>
    <message>
        <source>Keys: left, right, down for no difference, Backspace takes the last vote back.</source>
        <translation>按键：左、右；下表示没有差别；Backspace 撤回上一次选择。</translation>
    </message>
</context>
<context>
    <name>ChartMenu</name>
    <message>
        <source>&amp;Copy picture</source>
        <translation>复制图片(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Save picture…</source>
        <translation>保存图片(&amp;S)…</translation>
    </message>
    <message>
        <source>Save &amp;data…</source>
        <translation>保存数据(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Reset view</source>
        <translation>重置视图(&amp;R)</translation>
    </message>
    <message>
        <source>The wheel zooms along the steps, dragging moves</source>
        <translation>滚轮沿步数缩放，拖动可移动</translation>
    </message>
    <message>
        <source>&amp;Logarithmic scale</source>
        <translation>对数刻度(&amp;L)</translation>
    </message>
    <message>
        <source>Every &amp;value, not only smoothed</source>
        <translation>显示每个数值，而不只是平滑值(&amp;V)</translation>
    </message>
</context>
<context>
    <name>ChoiceCard</name>
    <message>
        <source>The choice of layers</source>
        <translation>层的选择</translation>
    </message>
    <message>
        <source>Add a run</source>
        <translation>添加层段</translation>
    </message>
    <message>
        <source>Merge two more layers (Insert)</source>
        <translation>再合并两层（Insert 键）</translation>
    </message>
    <message>
        <source>Remove this run</source>
        <translation>移除此层段</translation>
    </message>
    <message>
        <source>Back to the plan</source>
        <translation>恢复到已用方案</translation>
    </message>
    <message>
        <source>Suggest again</source>
        <translation>重新建议</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Difference before learning</source>
        <translation>学习前的差异</translation>
    </message>
    <message>
        <source>These layers stay as they are (Delete)</source>
        <translation>这些层保持不变（Delete 键）</translation>
    </message>
    <message>
        <source>Choose a run first: click it in the chart, or go to it with arrow keys</source>
        <translation>请先选择一个层段：在图中点击它，或用方向键移到它上面</translation>
    </message>
    <message>
        <source>Nothing is merged. Add a run, or double-click in the chart.</source>
        <translation>没有合并任何层。请添加一个层段，或在图中双击。</translation>
    </message>
    <message>
        <source>Layers {first} to {last} become one.</source>
        <translation>第 {first} 层到第 {last} 层将变为一层。</translation>
    </message>
    <message>
        <source>measured</source>
        <translation>实测</translation>
    </message>
    <message>
        <source>estimated</source>
        <translation>估算</translation>
    </message>
    <message>
        <source>Difference before learning: {cost} ({how}).</source>
        <translation>学习前的差异：{cost}（{how}）。</translation>
    </message>
    <message>
        <source>Suggestion</source>
        <translation>建议</translation>
    </message>
    <message>
        <source>Your choice</source>
        <translation>你的选择</translation>
    </message>
    <message>
        <source>{whose}: each of the runs {names} becomes one layer.</source>
        <translation>{whose}：层段 {names} 各自变为一层。</translation>
    </message>
    <message>
        <source>{left} of {all}</source>
        <translation>{left}/{all}</translation>
    </message>
    <message>
        <source>layers, counted</source>
        <translation>层数，由计数得出</translation>
    </message>
    <message>
        <source>parameters, counted</source>
        <translation>参数，由计数得出</translation>
    </message>
    <message>
        <source>as fast, estimated</source>
        <translation>速度倍数，估算</translation>
    </message>
    <message>
        <source>difference before learning, measured</source>
        <translation>学习前的差异，实测</translation>
    </message>
    <message>
        <source>Every run was measured alone, and the differences are added up.</source>
        <translation>每个层段都单独实测，然后将差异相加。</translation>
    </message>
    <message>
        <source>difference before learning, estimated</source>
        <translation>学习前的差异，估算</translation>
    </message>
    <message>
        <source>Some runs were never tried: they are judged by tried ones whose layers are as hard to imitate. Using the choice measures them.</source>
        <translation>有些层段从未试过：根据模仿难度相近的已试层段来估计。采用此选择时会实测。</translation>
    </message>
    <message>
        <source>How far the output is from the original&apos;s while simple stand-ins take the place of the merged layers: 0 is equal. Learning makes it much smaller. {how}</source>
        <translation>用简单的替代层代替被合并的层时，输出与原模型相差多少：0 表示完全相同。学习之后差异会小得多。{how}</translation>
    </message>
    <message>
        <source>Reckoned from the measured speed of the sizes that were made before</source>
        <translation>根据之前制作的档位的实测速度推算</translation>
    </message>
    <message>
        <source>Reckoned as if all time went into the layers; measured once they are made</source>
        <translation>按全部时间都花在层上来推算；制作完成后会实测</translation>
    </message>
    <message>
        <source>The painting part of the model; the parts for text stay as they are</source>
        <translation>模型中负责绘图的部分；负责文本的部分保持不变</translation>
    </message>
    <message>
        <source>With one run elsewhere the difference would be {share} smaller.</source>
        <translation>若把其中一个层段换到别处，差异会减少 {share}。</translation>
    </message>
    <message>
        <source>A close call: with one run elsewhere the difference would be only {share} larger.</source>
        <translation>难分高下：若把其中一个层段换到别处，差异只会增加 {share}。</translation>
    </message>
    <message>
        <source>A clear choice: with any run elsewhere the difference would be at least {share} larger.</source>
        <translation>优势明显：无论把哪个层段换到别处，差异至少增加 {share}。</translation>
    </message>
    <message>
        <source>about {factor}</source>
        <translation>约 {factor}</translation>
    </message>
</context>
<context>
    <name>Compare</name>
    <message>
        <source>equal</source>
        <translation>相同</translation>
    </message>
    <message>
        <source>different</source>
        <translation>不同</translation>
    </message>
    <message>
        <source>Wipe</source>
        <translation>滑动对比</translation>
    </message>
    <message>
        <source>Side by side</source>
        <translation>并排</translation>
    </message>
    <message>
        <source>Blink</source>
        <translation>闪烁</translation>
    </message>
    <message>
        <source>Fade</source>
        <translation>淡变</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Grid</source>
        <translation>网格</translation>
    </message>
    <message>
        <source>One picture lies over the other; the edge follows the mouse or the arrow keys. V turns the edge.</source>
        <translation>一张图叠在另一张上；分界线跟随鼠标或方向键移动。V 键转动分界线。</translation>
    </message>
    <message>
        <source>Where the two look different to the eye: blue is equal, yellow is very different</source>
        <translation>肉眼看来两者不同之处：蓝色为相同，黄色为差异很大</translation>
    </message>
    <message>
        <source>Both at once, with one zoom for both</source>
        <translation>同时显示两张，共用缩放</translation>
    </message>
    <message>
        <source>Hold Space to see the other one in the same place; B changes it by itself</source>
        <translation>按住空格键可在原位查看另一张；按 B 自动切换</translation>
    </message>
    <message>
        <source>One turns into the other as the mouse goes from left to right</source>
        <translation>鼠标从左移到右，一张图片渐变为另一张</translation>
    </message>
    <message>
        <source>Every size with several prompts; Enter opens a picture of it</source>
        <translation>用多个提示词展示每个档位；按 Enter 打开其中一张</translation>
    </message>
    <message>
        <source>The difference is shown once both pictures are there</source>
        <translation>两张图片都完成后显示差异</translation>
    </message>
    <message>
        <source>The two pictures are of different sizes</source>
        <translation>两张图片的尺寸不同</translation>
    </message>
    <message>
        <source>mean difference {mean} % of white</source>
        <translation>平均差异为白色的 {mean}%</translation>
    </message>
    <message>
        <source>{alike} % alike (HaarPSI) · mean difference {mean} % of white</source>
        <translation>相似度 {alike}%（HaarPSI） · 平均差异为白色的 {mean}%</translation>
    </message>
</context>
<context>
    <name>CompareCard</name>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Blind test…</source>
        <translation>盲测…</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>More for pictures</source>
        <translation>图片的更多操作</translation>
    </message>
    <message>
        <source>&amp;Swap sides</source>
        <translation>交换左右(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Blink by itself</source>
        <translation>自动闪烁(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Turn the edge of the wipe</source>
        <translation>转动分界线(&amp;T)</translation>
    </message>
    <message>
        <source>&amp;Copy picture</source>
        <translation>复制图片(&amp;C)</translation>
    </message>
    <message>
        <source>Copy what is s&amp;een</source>
        <translation>复制所见画面(&amp;E)</translation>
    </message>
    <message>
        <source>S&amp;ave both as one picture…</source>
        <translation>两张存为一张图(&amp;A)…</translation>
    </message>
    <message>
        <source>Show &amp;history</source>
        <translation>显示历史(&amp;H)</translation>
    </message>
    <message>
        <source>Show the picture &amp;files</source>
        <translation>显示图片文件(&amp;F)</translation>
    </message>
    <message>
        <source>Small differences are strengthened {factor} times (G)</source>
        <translation>将微小差异放大 {factor} 倍（G 键）</translation>
    </message>
    <message>
        <source>Fit</source>
        <translation>适应窗口</translation>
    </message>
    <message>
        <source>Show every pixel of the picture as one of the screen (1, or a double click)</source>
        <translation>图片的每个像素对应屏幕的一个像素（1 键或双击）</translation>
    </message>
    <message>
        <source>Show the whole picture (0, or a double click)</source>
        <translation>显示整张图片（0 键或双击）</translation>
    </message>
    <message>
        <source>Choose a smaller size with the slider first</source>
        <translation>请先用滑块选择较小的档位</translation>
    </message>
    <message>
        <source>Which is better? You judge pairs without knowing which is the original&apos;s</source>
        <translation>哪张更好？在不知道哪张来自原模型的情况下成对评判</translation>
    </message>
    <message>
        <source>A double click, or Enter, brings prompt, seed and size back.</source>
        <translation>双击或按 Enter 可恢复提示词、种子和档位。</translation>
    </message>
    <message>
        <source>&amp;Bring prompt, seed and size back</source>
        <translation>恢复提示词、种子和档位(&amp;B)</translation>
    </message>
    <message>
        <source>Move to the &amp;trash</source>
        <translation>移到回收站(&amp;T)</translation>
    </message>
</context>
<context>
    <name>CompareView</name>
    <message>
        <source>Comparison of pictures</source>
        <translation>图片对比</translation>
    </message>
</context>
<context>
    <name>Dialogs</name>
    <message>
        <source>The model is still learning.</source>
        <translation>模型仍在学习。</translation>
    </message>
    <message>
        <source>If you pause, everything is saved at the next step, and it goes on from there when you open PPCL Studio again.</source>
        <translation>如果暂停，下一步结束时会保存全部进度；再次打开 PPCL Studio 时，将从该处继续。</translation>
    </message>
    <message>
        <source>Keep running</source>
        <translation>继续运行</translation>
    </message>
    <message>
        <source>Pause and quit</source>
        <translation>暂停并退出</translation>
    </message>
    <message>
        <source>If you stop it, nothing half-written is left behind.</source>
        <translation>如果停止，不会留下写了一半的文件。</translation>
    </message>
    <message>
        <source>A model is being written.</source>
        <translation>正在写入模型。</translation>
    </message>
    <message>
        <source>Stop and quit</source>
        <translation>停止并退出</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Throw away what is being learned now?</source>
        <translation>要丢弃当前正在学习的内容吗？</translation>
    </message>
    <message>
        <source>Steps that are finished stay. Pause instead if you want to go on later.</source>
        <translation>已完成的步骤会保留。如果以后还想继续，请改用“暂停”。</translation>
    </message>
    <message>
        <source>Throw away</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Go on learning</source>
        <translation>继续学习</translation>
    </message>
    <message>
        <source>The project {name} is open in another window.</source>
        <translation>项目 {name} 已在另一个窗口中打开。</translation>
    </message>
    <message>
        <source>Here it can only be looked at: nothing can be learned, and nothing is kept.</source>
        <translation>在这里只能查看：不能学习，也不会保存任何内容。</translation>
    </message>
    <message>
        <source>Open to look only</source>
        <translation>仅打开查看</translation>
    </message>
    <message>
        <source>&lt;p&gt;&lt;b&gt;PPCL Studio {version}&lt;/b&gt;&lt;/p&gt;&lt;p&gt;Makes text-to-image models smaller, shows what that costs, and writes the result as a model that other programs load.&lt;/p&gt;&lt;p&gt;Licence: {licence}. The window uses Qt {qt} (LGPL 3) through PySide6, and pyqtgraph (MIT).&lt;/p&gt;</source>
        <translation>&lt;p&gt;&lt;b&gt;PPCL Studio {version}&lt;/b&gt;&lt;/p&gt;&lt;p&gt;缩小文生图模型，显示缩小的代价，并把结果写成其他程序也能加载的模型。&lt;/p&gt;&lt;p&gt;许可证：{licence}。界面通过 PySide6 使用 Qt {qt}（LGPL 3），并使用 pyqtgraph（MIT）。&lt;/p&gt;</translation>
    </message>
    <message>
        <source>About PPCL Studio</source>
        <translation>关于 PPCL Studio</translation>
    </message>
</context>
<context>
    <name>DownloadCard</name>
    <message>
        <source>Progress of the download</source>
        <translation>下载进度</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Keeps what has arrived; it goes on from there</source>
        <translation>保留已下载的内容；之后从该处继续</translation>
    </message>
    <message>
        <source>Continue the download</source>
        <translation>继续下载</translation>
    </message>
    <message>
        <source>Cancel…</source>
        <translation>取消…</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>EffortRow</name>
    <message>
        <source>How thorough</source>
        <translation>细致程度</translation>
    </message>
    <message>
        <source>&amp;Quick</source>
        <translation>快速(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Good</source>
        <translation>良好(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Best</source>
        <translation>最佳(&amp;B)</translation>
    </message>
    <message>
        <source>How thorough:</source>
        <translation>细致程度：</translation>
    </message>
</context>
<context>
    <name>EmptyCard</name>
    <message>
        <source>An example</source>
        <translation>示例</translation>
    </message>
</context>
<context>
    <name>Engine</name>
    <message>
        <source>A command was not understood: {error}</source>
        <translation>无法理解一条命令：{error}</translation>
    </message>
    <message>
        <source>A file of weights of {repo} cannot be read.</source>
        <translation>无法读取 {repo} 的一个权重文件。</translation>
    </message>
    <message>
        <source>A picture cannot be painted in {num_steps} steps.</source>
        <translation>无法用 {num_steps} 步绘制图片。</translation>
    </message>
    <message>
        <source>A span is its first and its last block, not {value}.</source>
        <translation>层段由首层和末层给出，而不是 {value}。</translation>
    </message>
    <message>
        <source>Another download to {part} is under way.</source>
        <translation>另一个下载正在写入 {part}。</translation>
    </message>
    <message>
        <source>Another run is at work on {folder}.</source>
        <translation>另一个任务正在处理 {folder}。</translation>
    </message>
    <message>
        <source>Ask for fewer removed blocks or allow longer spans.</source>
        <translation>请减少要去掉的层数，或允许更长的层段。</translation>
    </message>
    <message>
        <source>Block {block} is inside a span, so it has no feed-forward to replace.</source>
        <translation>第 {block} 层位于层段之内，因此没有可替换的前馈部分。</translation>
    </message>
    <message>
        <source>Block {block} is inside a span, so it has no text stream to leave out.</source>
        <translation>第 {block} 层位于层段之内，因此没有可省去的文本流。</translation>
    </message>
    <message>
        <source>Block {block} is the first: there is no text before it to go on with.</source>
        <translation>第 {block} 层是首层：它之前没有可沿用的文本。</translation>
    </message>
    <message>
        <source>Check the name; for a private model, give an access token that may read it.</source>
        <translation>请检查名称；如果是私有模型，请提供有读取权限的访问令牌。</translation>
    </message>
    <message>
        <source>Check the network, or give the address of a mirror. What has arrived is kept.</source>
        <translation>请检查网络，或填写镜像地址。已下载的内容会保留。</translation>
    </message>
    <message>
        <source>Choose a folder that has model_index.json and transformer/ in it.</source>
        <translation>请选择包含 model_index.json 和 transformer/ 的文件夹。</translation>
    </message>
    <message>
        <source>Choose an empty or new folder; nothing was changed.</source>
        <translation>请选择空文件夹或新文件夹；没有任何更改。</translation>
    </message>
    <message>
        <source>Choose another folder; nothing was changed.</source>
        <translation>请选择其他文件夹；没有任何更改。</translation>
    </message>
    <message>
        <source>Choose the model that paints from text alone.</source>
        <translation>请选择只根据文本绘图的模型。</translation>
    </message>
    <message>
        <source>Delete it and run the same again.</source>
        <translation>请将其删除，然后重新运行。</translation>
    </message>
    <message>
        <source>Delete it and run the stage that makes it again.</source>
        <translation>请将其删除，然后重新运行生成它的阶段。</translation>
    </message>
    <message>
        <source>Delete the folders calibration/ and stages/ of the project and run the same command again.</source>
        <translation>请删除项目中的 calibration/ 和 stages/ 文件夹，然后重新运行同一命令。</translation>
    </message>
    <message>
        <source>Delete the folders probe/ and stages/ of the project and run the same command again.</source>
        <translation>请删除项目中的 probe/ 和 stages/ 文件夹，然后重新运行同一命令。</translation>
    </message>
    <message>
        <source>Download the model again.</source>
        <translation>请重新下载该模型。</translation>
    </message>
    <message>
        <source>Downloads are switched off by the variable HF_HUB_OFFLINE.</source>
        <translation>环境变量 HF_HUB_OFFLINE 关闭了下载。</translation>
    </message>
    <message>
        <source>Every block can belong to one of them only.</source>
        <translation>每一层只能属于其中一个。</translation>
    </message>
    <message>
        <source>Export a tier that only removes blocks; nothing was written.</source>
        <translation>请导出只去掉层的档位；没有写入任何内容。</translation>
    </message>
    <message>
        <source>For example [[3, 4], [5, 7]].</source>
        <translation>例如 [[3, 4], [5, 7]]。</translation>
    </message>
    <message>
        <source>Give 1 or more; 0 stands for the model&apos;s own number.</source>
        <translation>请给出 1 或更大的数；0 表示采用模型自己的步数。</translation>
    </message>
    <message>
        <source>Give a text file with one prompt a line.</source>
        <translation>请提供每行一条提示词的文本文件。</translation>
    </message>
    <message>
        <source>Give an access token that is valid and may read this model.</source>
        <translation>请提供有效且有权读取此模型的访问令牌。</translation>
    </message>
    <message>
        <source>Give one with --prompts FILE, one prompt a line.</source>
        <translation>请用 --prompts FILE 提供，每行一条提示词。</translation>
    </message>
    <message>
        <source>Give the first and the last block, the last one larger.</source>
        <translation>请给出首层和末层，末层编号应更大。</translation>
    </message>
    <message>
        <source>Give the same ones or choose another folder; nothing was changed.</source>
        <translation>请使用相同的值，或选择其他文件夹；没有任何更改。</translation>
    </message>
    <message>
        <source>It was not changed.</source>
        <translation>它没有被更改。</translation>
    </message>
    <message>
        <source>It was removed, the other files are kept. Start the download again; if this comes back, use another network or mirror.</source>
        <translation>该文件已删除，其他文件已保留。请重新开始下载；如果问题再次出现，请换用其他网络或镜像。</translation>
    </message>
    <message>
        <source>Leave the version out.</source>
        <translation>请不要指定版本。</translation>
    </message>
    <message>
        <source>Let the group hold the whole span or none of it.</source>
        <translation>请让该组包含整个层段，或完全不包含它。</translation>
    </message>
    <message>
        <source>Look for a repository of the same model that has a model_index.json.</source>
        <translation>请寻找同一模型的、含有 model_index.json 的仓库。</translation>
    </message>
    <message>
        <source>Make one with `ppcl compress --demo --out FOLDER`.</source>
        <translation>可以用 `ppcl compress --demo --out FOLDER` 创建一个。</translation>
    </message>
    <message>
        <source>Models of the class {class_name} are not supported, only {known}.</source>
        <translation>不支持 {class_name} 类的模型，只支持 {known}。</translation>
    </message>
    <message>
        <source>Models of the class {name} are not supported.</source>
        <translation>不支持 {name} 类的模型。</translation>
    </message>
    <message>
        <source>Narrowed blocks cannot be exported for a model with zero_cond_t.</source>
        <translation>对于带有 zero_cond_t 的模型，无法导出收窄的层。</translation>
    </message>
    <message>
        <source>No set of spans removes {remove} of {num_blocks} blocks.</source>
        <translation>没有任何层段组合能从 {num_blocks} 层中去掉 {remove} 层。</translation>
    </message>
    <message>
        <source>Nothing has run in {folder} yet.</source>
        <translation>{folder} 中还没有运行过任何任务。</translation>
    </message>
    <message>
        <source>Nothing was changed. Choose another folder, or delete that one.</source>
        <translation>没有任何更改。请选择其他文件夹，或删除那个文件夹。</translation>
    </message>
    <message>
        <source>Nothing was changed. Choose another folder.</source>
        <translation>没有任何更改。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Nothing was changed. Download the model again.</source>
        <translation>没有任何更改。请重新下载该模型。</translation>
    </message>
    <message>
        <source>Nothing was changed. Run `ppcl run PROJECT narrow --again`, then `ppcl compress PROJECT`.</source>
        <translation>没有任何更改。请运行 `ppcl run PROJECT narrow --again`，再运行 `ppcl compress PROJECT`。</translation>
    </message>
    <message>
        <source>Nothing was changed. Run the stage plan again.</source>
        <translation>没有任何更改。请重新运行“选择要合并的层”阶段。</translation>
    </message>
    <message>
        <source>Nothing was changed. Try a smaller learning rate.</source>
        <translation>没有任何更改。请尝试更小的学习率。</translation>
    </message>
    <message>
        <source>Nothing was fetched. Choose another version of the model.</source>
        <translation>没有下载任何内容。请选择该模型的其他版本。</translation>
    </message>
    <message>
        <source>Nothing was fetched. Do not use this repository.</source>
        <translation>没有下载任何内容。请不要使用此仓库。</translation>
    </message>
    <message>
        <source>Nothing was kept of it. Please report this with the log.</source>
        <translation>没有保留任何内容。请附上日志报告此问题。</translation>
    </message>
    <message>
        <source>Nothing was written. Make room or choose another folder.</source>
        <translation>没有写入任何内容。请腾出空间或选择其他文件夹。</translation>
    </message>
    <message>
        <source>Open it as a base model.</source>
        <translation>请将其作为原模型打开。</translation>
    </message>
    <message>
        <source>Open {page}, accept the licence there, and start again.</source>
        <translation>请打开 {page}，在那里接受许可证，然后重新开始。</translation>
    </message>
    <message>
        <source>Open {page}, accept the licence, make an access token with the right to read, and give it to PPCL Studio or as HF_TOKEN.</source>
        <translation>请打开 {page} 接受许可证，创建有读取权限的访问令牌，并将其填入 PPCL Studio 或设为 HF_TOKEN。</translation>
    </message>
    <message>
        <source>Pipelines of the class {value} are not supported, only {pipeline_class}.</source>
        <translation>不支持 {value} 类的管线，只支持 {pipeline_class}。</translation>
    </message>
    <message>
        <source>Reading words needs the package rapidocr, which is missing. Nothing was changed.</source>
        <translation>识别文字需要 rapidocr 软件包，但缺少它。没有任何更改。</translation>
    </message>
    <message>
        <source>Remove it from the environment and start again.</source>
        <translation>请从环境变量中移除它，然后重新开始。</translation>
    </message>
    <message>
        <source>Delete it and run `ppcl run PROJECT {stage} --again`, then `ppcl compress PROJECT`: no other plug is made again.</source>
        <translation>请将其删除，运行 `ppcl run PROJECT {stage} --again`，再运行 `ppcl compress PROJECT`：其他部件不会重做。</translation>
    </message>
    <message>
        <source>Choose blocks that the model has; nothing was changed.</source>
        <translation>请选择模型中存在的层；没有任何改动。</translation>
    </message>
    <message>
        <source>Choose one of these.</source>
        <translation>请从中选择一个。</translation>
    </message>
    <message>
        <source>Export it as a diffusers folder, or choose a tier that only removes blocks; nothing was written.</source>
        <translation>请导出为 diffusers 文件夹，或选择只去掉整层的尺寸；没有写入任何内容。</translation>
    </message>
    <message>
        <source>Leave it out or choose cpu; `ppcl doctor` says more. Nothing was changed.</source>
        <translation>请不要指定它，或选择 cpu；`ppcl doctor` 会给出更多说明。没有任何更改。</translation>
    </message>
    <message>
        <source>Leave it out; nothing was changed.</source>
        <translation>请去掉它；没有任何改动。</translation>
    </message>
    <message>
        <source>Name the first block of the span; nothing was changed.</source>
        <translation>请写出该段的第一层；没有任何改动。</translation>
    </message>
    <message>
        <source>Nothing was changed. Delete it and run the stage plan again.</source>
        <translation>没有任何更改。请将其删除，然后重新运行“选择要合并的层”阶段。</translation>
    </message>
    <message>
        <source>Run `ppcl run PROJECT {stages} --again`, then `ppcl compress PROJECT`: plugs that are there are not made again.</source>
        <translation>请运行 `ppcl run PROJECT {stages} --again`，再运行 `ppcl compress PROJECT`：已有的部件不会重做。</translation>
    </message>
    <message>
        <source>Run `ppcl run PROJECT {value} {name}`.</source>
        <translation>请运行 `ppcl run PROJECT {value} {name}`。</translation>
    </message>
    <message>
        <source>Run the stage that makes it.</source>
        <translation>请运行生成它的阶段。</translation>
    </message>
    <message>
        <source>Running this model block by block does not give the model&apos;s own result.</source>
        <translation>逐层运行此模型得不到与模型本身相同的结果。</translation>
    </message>
    <message>
        <source>Say what to paint.</source>
        <translation>请写下要绘制的内容。</translation>
    </message>
    <message>
        <source>Something went wrong that was not expected.</source>
        <translation>发生了意料之外的错误。</translation>
    </message>
    <message>
        <source>Start again in some minutes; what has arrived is kept.</source>
        <translation>请过几分钟再开始；已下载的内容会保留。</translation>
    </message>
    <message>
        <source>Start again later, or use a mirror. What has arrived is kept.</source>
        <translation>请稍后重新开始，或使用镜像。已下载的内容会保留。</translation>
    </message>
    <message>
        <source>Start the app with packaging/start.py, which installs it.</source>
        <translation>请用 packaging/start.py 启动应用，它会安装所需内容。</translation>
    </message>
    <message>
        <source>Start the same download again; it goes on from where it stopped.</source>
        <translation>请重新开始同一下载；它会从停止处继续。</translation>
    </message>
    <message>
        <source>Start with `ppcl compress`.</source>
        <translation>请先运行 `ppcl compress`。</translation>
    </message>
    <message>
        <source>Text group {value} cuts span {value2} in two.</source>
        <translation>文本组 {value} 把层段 {value2} 切成了两段。</translation>
    </message>
    <message>
        <source>The Hub asks to wait: too many requests came from here.</source>
        <translation>Hub 要求等待：来自这里的请求过多。</translation>
    </message>
    <message>
        <source>The Hub could not answer for {repo} (status {status}).</source>
        <translation>Hub 无法响应对 {repo} 的请求（状态 {status}）。</translation>
    </message>
    <message>
        <source>The blocks of this model pass their states on in a way that is not known here.</source>
        <translation>此模型的层以这里不认识的方式传递状态。</translation>
    </message>
    <message>
        <source>The computer ran out of memory.</source>
        <translation>电脑内存不足。</translation>
    </message>
    <message>
        <source>The connection to {ENDPOINT} was lost and did not come back.</source>
        <translation>与 {ENDPOINT} 的连接已断开，且未能恢复。</translation>
    </message>
    <message>
        <source>The device {wish} cannot be used: {problem}.</source>
        <translation>无法使用设备 {wish}：{problem}。</translation>
    </message>
    <message>
        <source>The disk is full: {path} could not be written.</source>
        <translation>磁盘已满：无法写入 {path}。</translation>
    </message>
    <message>
        <source>The export needs {value} GB, {value2} GB are free in {place}.</source>
        <translation>导出需要 {value} GB，{place} 中可用 {value2} GB。</translation>
    </message>
    <message>
        <source>The exported model is not the same as the tier: {problem}.</source>
        <translation>导出的模型与该档位不一致：{problem}。</translation>
    </message>
    <message>
        <source>The graphics card ran out of memory.</source>
        <translation>显卡内存不足。</translation>
    </message>
    <message>
        <source>The log says more. What was fetched is kept.</source>
        <translation>日志中有更多说明。已下载的内容会保留。</translation>
    </message>
    <message>
        <source>The mirror&apos;s address cannot be used.</source>
        <translation>无法使用该镜像地址。</translation>
    </message>
    <message>
        <source>The model in {folder} cannot be loaded: {value}</source>
        <translation>无法加载 {folder} 中的模型：{value}</translation>
    </message>
    <message>
        <source>The model in {folder} has no {name}.</source>
        <translation>{folder} 中的模型缺少 {name}。</translation>
    </message>
    <message>
        <source>The model in {place} has blocks of a kind that is not known: {error}</source>
        <translation>{place} 中的模型含有未知类型的层：{error}</translation>
    </message>
    <message>
        <source>The model in {place} has no narrowed blocks.</source>
        <translation>{place} 中的模型没有收窄的层。</translation>
    </message>
    <message>
        <source>The model was not changed. A part of it keeps something from call to call, or draws random numbers, and this version cannot work with that.</source>
        <translation>模型没有被更改。它的某个部分会在多次调用之间保留内容，或使用随机数，此版本无法处理。</translation>
    </message>
    <message>
        <source>The model was not changed. Choose a model of a supported family.</source>
        <translation>模型没有被更改。请选择受支持系列的模型。</translation>
    </message>
    <message>
        <source>The model was not changed. It has a part that this version does not know.</source>
        <translation>模型没有被更改。它含有此版本不认识的部分。</translation>
    </message>
    <message>
        <source>The model was not changed. Its weights may be broken, or its family is not supported.</source>
        <translation>模型没有被更改。它的权重可能已损坏，或其系列不受支持。</translation>
    </message>
    <message>
        <source>The output of this model is not made of one of its two streams alone.</source>
        <translation>此模型的输出并非仅由其两个流之一产生。</translation>
    </message>
    <message>
        <source>The parts of the model in {folder} do not fit: {problem}.</source>
        <translation>{folder} 中模型的各部分不匹配：{problem}。</translation>
    </message>
    <message>
        <source>The plug {file} does not fit this model.</source>
        <translation>部件 {file} 与此模型不匹配。</translation>
    </message>
    <message>
        <source>The prompt file {file} cannot be read.</source>
        <translation>无法读取提示词文件 {file}。</translation>
    </message>
    <message>
        <source>The prompt file {file} has only one prompt; at least 3 are needed.</source>
        <translation>提示词文件 {file} 中只有一条提示词；至少需要 3 条。</translation>
    </message>
    <message>
        <source>The prompt file {file} has {value} different prompts; at least 3 are needed.</source>
        <translation>提示词文件 {file} 中有 {value} 条不同的提示词；至少需要 3 条。</translation>
    </message>
    <message>
        <source>The prompt is empty.</source>
        <translation>提示词为空。</translation>
    </message>
    <message>
        <source>The repository names a file {value}, outside of its own folder.</source>
        <translation>仓库中列出的文件 {value} 位于其自身文件夹之外。</translation>
    </message>
    <message>
        <source>The run {name} has ended already.</source>
        <translation>任务 {name} 已经结束。</translation>
    </message>
    <message>
        <source>The schedule {text} cannot be read.</source>
        <translation>无法读取切换安排 {text}。</translation>
    </message>
    <message>
        <source>The stage {value} comes before {name} and is not done.</source>
        <translation>阶段 {value} 在 {name} 之前，但尚未完成。</translation>
    </message>
    <message>
        <source>The transformer should have {layers} layers, its weights have {value}.</source>
        <translation>transformer 应有 {layers} 层，但权重中有 {value} 层。</translation>
    </message>
    <message>
        <source>The weights in {folder} do not fit its config.json (first: {value}).</source>
        <translation>{folder} 中的权重与其 config.json 不匹配（首个：{value}）。</translation>
    </message>
    <message>
        <source>The weights in {place} are corrupt: some of them are no numbers.</source>
        <translation>{place} 中的权重已损坏：其中有些不是有效数字。</translation>
    </message>
    <message>
        <source>The weights in {place} do not fit its config.json.</source>
        <translation>{place} 中的权重与其 config.json 不匹配。</translation>
    </message>
    <message>
        <source>The written file does not hold the tensors of the tier.</source>
        <translation>写出的文件与该尺寸的权重不一致。</translation>
    </message>
    <message>
        <source>The {name} of the model in {folder} cannot be used: {value}</source>
        <translation>无法使用 {folder} 中模型的 {name}：{value}</translation>
    </message>
    <message>
        <source>The {what} {value} does not fit: the model has blocks 0 to {value2}.</source>
        <translation>{what} {value} 不合适：模型的层编号为 0 到 {value2}。</translation>
    </message>
    <message>
        <source>The {what} {value} has fewer than two blocks, so it removes nothing.</source>
        <translation>{what} {value} 不足两层，因此去不掉任何层。</translation>
    </message>
    <message>
        <source>The {what}s {value} and {value2} overlap.</source>
        <translation>{what} {value} 与 {value2} 重叠。</translation>
    </message>
    <message>
        <source>There are no weights in {folder}.</source>
        <translation>{folder} 中没有权重文件。</translation>
    </message>
    <message>
        <source>There are no weights in {name}.</source>
        <translation>{name} 中没有权重文件。</translation>
    </message>
    <message>
        <source>There are no weights in {place}.</source>
        <translation>{place} 中没有权重文件。</translation>
    </message>
    <message>
        <source>There is no block {block}: the model has blocks 0 to {value}.</source>
        <translation>没有第 {block} 层：模型的层编号为 0 到 {value}。</translation>
    </message>
    <message>
        <source>There is no diffusers model in {folder}.</source>
        <translation>{folder} 中没有 diffusers 模型。</translation>
    </message>
    <message>
        <source>There is no model {repo} at {ENDPOINT}, or it is private.</source>
        <translation>{ENDPOINT} 上没有模型 {repo}，或者它是私有的。</translation>
    </message>
    <message>
        <source>There is no permission to write {path}.</source>
        <translation>没有写入 {path} 的权限。</translation>
    </message>
    <message>
        <source>There is no project in {folder}.</source>
        <translation>{folder} 中没有项目。</translation>
    </message>
    <message>
        <source>There is no stage {name}.</source>
        <translation>没有名为 {name} 的阶段。</translation>
    </message>
    <message>
        <source>There is no tier {tier}; this project has 0 to {value}.</source>
        <translation>没有档位 {tier}；此项目有档位 0 到 {value}。</translation>
    </message>
    <message>
        <source>There is no transformer in {place}.</source>
        <translation>{place} 中没有 transformer。</translation>
    </message>
    <message>
        <source>There is nothing to stop.</source>
        <translation>没有可停止的任务。</translation>
    </message>
    <message>
        <source>This cannot be told: the size of the model&apos;s layers is not known.</source>
        <translation>无法判断：不知道此模型各层的大小。</translation>
    </message>
    <message>
        <source>This model gives another result for the same input when it is called again.</source>
        <translation>此模型对相同的输入再次调用时会给出不同的结果。</translation>
    </message>
    <message>
        <source>This model needs a list of prompts to learn from.</source>
        <translation>此模型需要一份用于学习的提示词列表。</translation>
    </message>
    <message>
        <source>This process does not paint.</source>
        <translation>此进程不负责绘图。</translation>
    </message>
    <message>
        <source>This server does not say what {rfilename} of {repo} must be.</source>
        <translation>此服务器没有说明 {repo} 的 {rfilename} 应是什么内容。</translation>
    </message>
    <message>
        <source>Training the layer for {name} did not converge (error {first_error} became {error}).</source>
        <translation>为 {name} 训练的层没有收敛（误差从 {first_error} 变为 {error}）。</translation>
    </message>
    <message>
        <source>Update PPCL Studio; the file was not changed.</source>
        <translation>请更新 PPCL Studio；该文件没有被更改。</translation>
    </message>
    <message>
        <source>Use another mirror, or none: what cannot be checked is not fetched.</source>
        <translation>请使用其他镜像，或不使用镜像：无法校验的内容不会下载。</translation>
    </message>
    <message>
        <source>Use both or neither; nothing was changed.</source>
        <translation>请同时使用两者，或都不使用；没有任何改动。</translation>
    </message>
    <message>
        <source>Wait for it, or end it with `ppcl stop PROJECT`; nothing was changed.</source>
        <translation>请等待它完成，或用 `ppcl stop PROJECT` 结束它；没有任何更改。</translation>
    </message>
    <message>
        <source>Wait for it, or stop it first.</source>
        <translation>请等待它完成，或先停止它。</translation>
    </message>
    <message>
        <source>What has arrived is kept. Start the download again to go on from there.</source>
        <translation>已下载的内容会保留。请重新开始下载，以便从该处继续。</translation>
    </message>
    <message>
        <source>What was fetched before is kept. Make room or choose another folder.</source>
        <translation>之前下载的内容会保留。请腾出空间或选择其他文件夹。</translation>
    </message>
    <message>
        <source>What was finished before is safe. Go on with a smaller batch, or close other programs that use much memory, and run the same again.</source>
        <translation>之前完成的内容是安全的。请减小批量后继续，或关闭占用大量内存的其他程序，然后再运行一次。</translation>
    </message>
    <message>
        <source>What was finished before is safe. Make room or choose another folder, and run the same again.</source>
        <translation>之前完成的内容是安全的。请腾出空间或选择其他文件夹，然后重新运行。</translation>
    </message>
    <message>
        <source>Write it as OWNER/NAME, for example Qwen/Qwen-Image.</source>
        <translation>请按“所有者/名称”的格式填写，例如 Qwen/Qwen-Image。</translation>
    </message>
    <message>
        <source>Write it like &quot;0x6,4x14&quot;.</source>
        <translation>请写成“0x6,4x14”这样的格式。</translation>
    </message>
    <message>
        <source>Write it like https://hub.example.org, without name and password.</source>
        <translation>请写成 https://hub.example.org 这样的格式，不含用户名和密码。</translation>
    </message>
    <message>
        <source>Write one prompt a line; some hundred are good.</source>
        <translation>每行写一条提示词；几百条为宜。</translation>
    </message>
    <message>
        <source>Your disk quota is used up: {path} could not be written.</source>
        <translation>你的磁盘配额已用完：无法写入 {path}。</translation>
    </message>
    <message>
        <source>plan.json was made for {model} with {num_blocks} blocks, not for {model2} with {depth}.</source>
        <translation>plan.json 是为有 {num_blocks} 层的 {model} 制作的，而不是有 {depth} 层的 {model2}。</translation>
    </message>
    <message>
        <source>plan.json was made for {model} with {num_blocks} blocks, not for {model2} with {value}.</source>
        <translation>plan.json 是为有 {num_blocks} 层的 {model} 制作的，而不是有 {value} 层的 {model2}。</translation>
    </message>
    <message>
        <source>{ENDPOINT} cannot be reached.</source>
        <translation>无法连接 {ENDPOINT}。</translation>
    </message>
    <message>
        <source>{file} cannot be read.</source>
        <translation>无法读取 {file}。</translation>
    </message>
    <message>
        <source>{file} cannot be read: {error}.</source>
        <translation>无法读取 {file}：{error}。</translation>
    </message>
    <message>
        <source>{file} is missing.</source>
        <translation>缺少 {file}。</translation>
    </message>
    <message>
        <source>{file} is truncated or corrupt.</source>
        <translation>{file} 不完整或已损坏。</translation>
    </message>
    <message>
        <source>{file} was written by a newer PPCL Studio (format {number}, this one knows {newest}).</source>
        <translation>{file} 由更新版本的 PPCL Studio 写入（格式 {number}，此版本只认识到 {newest}）。</translation>
    </message>
    <message>
        <source>{folder} has no model_index.json, so it is no whole diffusers model.</source>
        <translation>{folder} 中没有 model_index.json，因此不是完整的 diffusers 模型。</translation>
    </message>
    <message>
        <source>{folder} holds a project of {model}, not of {model2}.</source>
        <translation>{folder} 中是 {model} 的项目，不是 {model2} 的。</translation>
    </message>
    <message>
        <source>{folder} is in use already.</source>
        <translation>{folder} 已被使用。</translation>
    </message>
    <message>
        <source>{folder} is not empty and holds no project.</source>
        <translation>{folder} 不是空文件夹，也不含项目。</translation>
    </message>
    <message>
        <source>{folder} was made with seed {seed} and {threads} threads; both are fixed for a project.</source>
        <translation>{folder} 是用种子 {seed} 和 {threads} 个线程制作的；这两项在项目中是固定的。</translation>
    </message>
    <message>
        <source>{name} did not arrive as {ENDPOINT} describes it.</source>
        <translation>收到的 {name} 与 {ENDPOINT} 的描述不符。</translation>
    </message>
    <message>
        <source>{name} is an unfinished download.</source>
        <translation>{name} 是未完成的下载。</translation>
    </message>
    <message>
        <source>{name} needs {value}, which is not in {place}.</source>
        <translation>{name} 需要 {value}，但它不在 {place} 中。</translation>
    </message>
    <message>
        <source>{name} of {repo} cannot be read.</source>
        <translation>无法读取 {repo} 的 {name}。</translation>
    </message>
    <message>
        <source>{name} was made for a model that also uses {missing}.</source>
        <translation>{name} 是为还使用 {missing} 的模型制作的。</translation>
    </message>
    <message>
        <source>{name} was made for a model with other layers: it serves {value} instead of {value2}.</source>
        <translation>{name} 是为层不同的模型制作的：它用于 {value}，而不是 {value2}。</translation>
    </message>
    <message>
        <source>{name}/{name2} cannot be read.</source>
        <translation>无法读取 {name}/{name2}。</translation>
    </message>
    <message>
        <source>{name}/{name2} is missing.</source>
        <translation>缺少 {name}/{name2}。</translation>
    </message>
    <message>
        <source>{name}/{name2} is truncated or corrupt.</source>
        <translation>{name}/{name2} 不完整或已损坏。</translation>
    </message>
    <message>
        <source>{out} is in use and is not an export of PPCL Studio.</source>
        <translation>{out} 已被使用，且不是 PPCL Studio 的导出结果。</translation>
    </message>
    <message>
        <source>{part} holds an unfinished download of {repo}, version {revision}.</source>
        <translation>{part} 中有 {repo} 版本 {revision} 的未完成下载。</translation>
    </message>
    <message>
        <source>{part} is in use already.</source>
        <translation>{part} 已被使用。</translation>
    </message>
    <message>
        <source>{path} cannot be made: a file is in the way.</source>
        <translation>无法创建 {path}：路径中的某一级是文件，而不是文件夹。</translation>
    </message>
    <message>
        <source>{path} is on a read-only disk.</source>
        <translation>{path} 位于只读磁盘上。</translation>
    </message>
    <message>
        <source>{repo} does not have that version.</source>
        <translation>{repo} 没有该版本。</translation>
    </message>
    <message>
        <source>{repo} has a licence that its owner wants you to accept first.</source>
        <translation>{repo} 的所有者要求先接受其许可证。</translation>
    </message>
    <message>
        <source>{repo} has a licence that this access token&apos;s owner has not been granted yet.</source>
        <translation>此访问令牌的所有者尚未获得 {repo} 的许可。</translation>
    </message>
    <message>
        <source>{repo} is not stored the way the diffusers library does it.</source>
        <translation>{repo} 不是按 diffusers 库的方式存储的。</translation>
    </message>
    <message>
        <source>{repo} is not the name of a model on the Hub.</source>
        <translation>{repo} 不是 Hub 上的模型名称。</translation>
    </message>
    <message>
        <source>{repo} needs {rest}, {value} are free in {place}.</source>
        <translation>{repo} 需要 {rest}，{place} 中可用 {value}。</translation>
    </message>
    <message>
        <source>{tier} has narrowed blocks, which ComfyUI cannot load.</source>
        <translation>{tier} 含有变窄的层，ComfyUI 无法加载。</translation>
    </message>
    <message>
        <source>{value} cannot be read.</source>
        <translation>无法读取 {value}。</translation>
    </message>
    <message>
        <source>{value} cannot be used: {value2}</source>
        <translation>无法使用 {value}：{value2}</translation>
    </message>
    <message>
        <source>{value} to download, {value2} free in {place}.</source>
        <translation>需下载 {value}，{place} 中可用 {value2}。</translation>
    </message>
    <message>
        <source>{what} {file} is a tensor file of another kind.</source>
        <translation>{what} {file} 是另一种类型的张量文件。</translation>
    </message>
    <message>
        <source>{what} {file} is missing or broken.</source>
        <translation>{what} {file} 缺失或已损坏。</translation>
    </message>
    <message>
        <source>{what} {file} was written by a newer PPCL Studio.</source>
        <translation>{what} {file} 由更新版本的 PPCL Studio 写入。</translation>
    </message>
</context>
<context>
    <name>ExportCard</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Progress of the export</source>
        <translation>导出进度</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停止</translation>
    </message>
    <message>
        <source>Stop the export</source>
        <translation>停止导出</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Copy path</source>
        <translation>复制路径</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
    <message>
        <source>Writing to {folder}…</source>
        <translation>正在写入 {folder}…</translation>
    </message>
    <message>
        <source>The pictures are in {folder}.</source>
        <translation>图片已保存到 {folder}。</translation>
    </message>
    <message>
        <source>{size} is in {folder}.</source>
        <translation>{size} 已保存到 {folder}。</translation>
    </message>
    <message>
        <source>Checked: loaded again, it computes exactly what this size computes here.</source>
        <translation>已核对：重新加载后，计算结果与此档位在这里的结果完全一致。</translation>
    </message>
    <message>
        <source>Checked: loaded again, what it computes differs by {share} of its size; only the rounding is another.</source>
        <translation>已核对：重新加载后，计算结果相差 {share}；只是舍入方式不同。</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Stopping…</source>
        <translation>正在停止…</translation>
    </message>
</context>
<context>
    <name>ExportMenu</name>
    <message>
        <source>&amp;Model…</source>
        <translation>模型(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;Comparison sheet (PNG or PDF)…</source>
        <translation>对比图（PNG 或 PDF）(&amp;C)…</translation>
    </message>
    <message>
        <source>&amp;Pictures…</source>
        <translation>图片(&amp;P)…</translation>
    </message>
    <message>
        <source>Compared p&amp;air (PNG)…</source>
        <translation>对比的两张图（PNG）(&amp;A)…</translation>
    </message>
    <message>
        <source>Chart &amp;data (CSV)…</source>
        <translation>图表数据（CSV）(&amp;D)…</translation>
    </message>
    <message>
        <source>&amp;Recipe…</source>
        <translation>配方(&amp;R)…</translation>
    </message>
    <message>
        <source>R&amp;eport (HTML or PDF)…</source>
        <translation>报告（HTML 或 PDF）(&amp;E)…</translation>
    </message>
    <message>
        <source>It is made at the end</source>
        <translation>它在最后一步生成</translation>
    </message>
    <message>
        <source>Both pictures have to be painted first</source>
        <translation>需先绘制好两张图</translation>
    </message>
    <message>
        <source>Nothing has learned in this project yet</source>
        <translation>此项目中还没有进行过学习</translation>
    </message>
    <message>
        <source>Nothing has been done in this project yet</source>
        <translation>此项目中还没有进行任何工作</translation>
    </message>
    <message>
        <source>Save comparison sheet</source>
        <translation>保存对比图</translation>
    </message>
    <message>
        <source>Pictures (*.png)</source>
        <translation>图片 (*.png)</translation>
    </message>
    <message>
        <source>Documents (*.pdf)</source>
        <translation>文档 (*.pdf)</translation>
    </message>
    <message>
        <source>Save both pictures</source>
        <translation>保存两张图</translation>
    </message>
    <message>
        <source>Folder in which the pictures are written</source>
        <translation>写入图片的文件夹</translation>
    </message>
    <message>
        <source>Save chart data</source>
        <translation>保存图表数据</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>Save picture of the chart</source>
        <translation>保存图表图片</translation>
    </message>
    <message>
        <source>Save recipe</source>
        <translation>保存配方</translation>
    </message>
    <message>
        <source>Recipes (*.json)</source>
        <translation>配方 (*.json)</translation>
    </message>
    <message>
        <source>Save report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Web pages (*.html)</source>
        <translation>网页 (*.html)</translation>
    </message>
    <message>
        <source>The file could not be saved in {folder}.</source>
        <translation>无法将文件保存到 {folder}。</translation>
    </message>
</context>
<context>
    <name>ExportPage</name>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Runs everywhere</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Writes a size as a model, loads it again and compares it.</source>
        <translation>将一个档位写成模型，再重新加载并核对。</translation>
    </message>
    <message>
        <source>Smallest</source>
        <translation>最小</translation>
    </message>
    <message>
        <source>One file for ComfyUI</source>
        <translation>用于 ComfyUI 的单个文件</translation>
    </message>
    <message>
        <source>Precision of the weights</source>
        <translation>权重的精度</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Change the folder of the export</source>
        <translation>更改导出文件夹</translation>
    </message>
    <message>
        <source>Save comparison sheet…</source>
        <translation>保存对比图…</translation>
    </message>
    <message>
        <source>Pictures of every size side by side</source>
        <translation>所有档位的图片并排显示</translation>
    </message>
    <message>
        <source>Which size</source>
        <translation>哪个档位</translation>
    </message>
    <message>
        <source>As what</source>
        <translation>导出为</translation>
    </message>
    <message>
        <source>&amp;Precision</source>
        <translation>精度(&amp;P)</translation>
    </message>
    <message>
        <source>Where to</source>
        <translation>导出到</translation>
    </message>
    <message>
        <source>Nothing can be exported yet</source>
        <translation>还没有可以导出的内容</translation>
    </message>
    <message>
        <source>Once the model is there in smaller sizes, any of them can be written as a folder that diffusers and other programs load. The folder holds the weights, a model card with what was measured, and the recipe that made it.</source>
        <translation>有了更小的档位之后，可以把其中任何一个写成 diffusers 等程序能加载的文件夹。文件夹中包含权重、写有实测结果的模型卡，以及制作它的配方。</translation>
    </message>
    <message>
        <source>Recover quality</source>
        <translation>恢复质量</translation>
    </message>
    <message>
        <source>Try with the built-in model</source>
        <translation>用内置模型试一试</translation>
    </message>
    <message>
        <source>32 bits, exact</source>
        <translation>32 位，精确</translation>
    </message>
    <message>
        <source>16 bits, half the size</source>
        <translation>16 位，大小减半</translation>
    </message>
    <message>
        <source>There is not enough room: {free} are free, {needed} are needed</source>
        <translation>空间不足：可用 {free}，需要 {needed}</translation>
    </message>
    <message>
        <source>Export {name}</source>
        <translation>导出 {name}</translation>
    </message>
    <message>
        <source>{count} parameters</source>
        <translation>{count} 个参数</translation>
    </message>
    <message numerus="yes">
        <source>%n layers</source>
        <translation>
            <numerusform>%n 层</numerusform>
        </translation>
    </message>
    <message>
        <source>{alike} like the original (measured)</source>
        <translation>与原模型的相似度为 {alike}（实测）</translation>
    </message>
    <message>
        <source>A folder of whole layers: every program that knows this kind of model</source>
        <translation>只含完整层的文件夹：支持这类模型的程序都能打开</translation>
    </message>
    <message>
        <source>Narrowed layers too: a small loader file beside the weights opens them</source>
        <translation>也包含收窄层：由权重旁边的小加载文件打开</translation>
    </message>
    <message>
        <source>For its folder models; the parts for text and colours stay the original&apos;s</source>
        <translation>放入其 models 文件夹；文本和颜色部分沿用原模型</translation>
    </message>
    <message>
        <source>This size has no narrowed layers</source>
        <translation>此档位没有收窄层</translation>
    </message>
    <message>
        <source>ComfyUI does not know the built-in model</source>
        <translation>ComfyUI 不认识内置模型</translation>
    </message>
    <message>
        <source>Choose a size without narrowed layers</source>
        <translation>请选择不含收窄层的档位</translation>
    </message>
    <message>
        <source>Automatic: 32 bits below 1 GB, else 16</source>
        <translation>自动：小于 1 GB 用 32 位，否则 16 位</translation>
    </message>
    <message>
        <source>Needs about {needed}.</source>
        <translation>约需 {needed}。</translation>
    </message>
    <message>
        <source>{free} are free there.</source>
        <translation>该处可用 {free}。</translation>
    </message>
</context>
<context>
    <name>FailureCard</name>
    <message>
        <source>Raw text from the engine</source>
        <translation>引擎输出的原始文本</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详细信息</translation>
    </message>
    <message>
        <source>Copy report…</source>
        <translation>复制报告…</translation>
    </message>
    <message>
        <source>Shows all of it first</source>
        <translation>先显示全部内容</translation>
    </message>
</context>
<context>
    <name>Figures</name>
    <message>
        <source>{value} ms</source>
        <translation>{value} 毫秒</translation>
    </message>
    <message>
        <source>{low} to {high}</source>
        <translation>{low} 到 {high}</translation>
    </message>
    <message>
        <source>a few seconds left</source>
        <translation>还剩几秒</translation>
    </message>
    <message>
        <source>less than a minute left</source>
        <translation>剩余不到一分钟</translation>
    </message>
    <message>
        <source>about {time} left</source>
        <translation>约剩 {time}</translation>
    </message>
    <message>
        <source>{low} to {high} left</source>
        <translation>剩余 {low} 到 {high}</translation>
    </message>
    <message>
        <source>{value} s</source>
        <translation>{value} 秒</translation>
    </message>
    <message>
        <source>{value} min</source>
        <translation>{value} 分</translation>
    </message>
    <message>
        <source>{value} h</source>
        <translation>{value} 小时</translation>
    </message>
</context>
<context>
    <name>FindPage</name>
    <message>
        <source>Find redundant layers</source>
        <translation>查找冗余层</translation>
    </message>
    <message>
        <source>Layers that do nearly the same job as their neighbours can be merged.</source>
        <translation>与相邻层作用几乎相同的层可以合并。</translation>
    </message>
    <message>
        <source>Figures of the layers</source>
        <translation>各层数据</translation>
    </message>
    <message>
        <source>Layer</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Stand-in gets wrong</source>
        <translation>替代层的误差</translation>
    </message>
    <message>
        <source>Merged</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Show the same figures as a table</source>
        <translation>以表格显示同样的数据</translation>
    </message>
    <message>
        <source>Picture</source>
        <translation>图像</translation>
    </message>
    <message>
        <source>Likeness of the picture part</source>
        <translation>图像部分的相似度</translation>
    </message>
    <message>
        <source>Text</source>
        <translation>文本</translation>
    </message>
    <message>
        <source>Likeness of the text part</source>
        <translation>文本部分的相似度</translation>
    </message>
    <message>
        <source>Look again</source>
        <translation>重新查看</translation>
    </message>
    <message>
        <source>How hard is each layer to imitate?</source>
        <translation>每一层有多难模仿？</translation>
    </message>
    <message>
        <source>Which layers do the same job?</source>
        <translation>哪些层的作用相同？</translation>
    </message>
    <message>
        <source>Layers that are alike</source>
        <translation>相似的层</translation>
    </message>
    <message>
        <source>picture part</source>
        <translation>图像部分</translation>
    </message>
    <message>
        <source>Example of a chart of layers</source>
        <translation>层图表示例</translation>
    </message>
    <message>
        <source>Which layers could one layer replace?</source>
        <translation>哪些层可以用一层代替？</translation>
    </message>
    <message>
        <source>The original paints a few hundred pictures while every layer is watched. A low bar means that the layer does something simple. Neighbours with low bars are framed: each frame becomes one layer, and you may move the frames.</source>
        <translation>原模型会绘制几百张图片，同时观察每一层。柱子低表示该层做的事情很简单。柱子低的相邻层会被框出：每个框将变为一层，框的位置可以移动。</translation>
    </message>
    <message>
        <source>Try with the built-in model</source>
        <translation>用内置模型试一试</translation>
    </message>
    <message>
        <source>a stand-in gets wrong</source>
        <translation>替代层的误差</translation>
    </message>
    <message>
        <source>text part</source>
        <translation>文本部分</translation>
    </message>
    <message>
        <source>The bars appear here, layer after layer, once the original has painted.</source>
        <translation>原模型绘制完成后，这里会逐层出现柱子。</translation>
    </message>
    <message>
        <source>A first look. Left bars: {a}, right bars: {b}. Low is easy.</source>
        <translation>初步结果。左柱：{a}，右柱：{b}。越低越容易。</translation>
    </message>
    <message>
        <source>Share that a simple stand-in gets wrong. Framed layers become one.</source>
        <translation>简单替代层出错的比例。框内的层会变为一层。</translation>
    </message>
    <message>
        <source>Bright squares will show which layers are alike.</source>
        <translation>亮色方块会显示哪些层彼此相似。</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>Look for redundant layers</source>
        <translation>查找冗余层</translation>
    </message>
    <message>
        <source>The difference of your choice is measured, then it is used</source>
        <translation>先实测你的选择带来的差异，然后采用它</translation>
    </message>
    <message>
        <source>Use my choice</source>
        <translation>采用我的选择</translation>
    </message>
    <message>
        <source>Go on to Shrink</source>
        <translation>前往“缩小”</translation>
    </message>
    <message>
        <source>The layers are fixed while the model learns.</source>
        <translation>模型学习期间，层的选择不能更改。</translation>
    </message>
    <message>
        <source>About {time} on this computer. Nothing is changed by looking.</source>
        <translation>在这台电脑上约需 {time}。查看不会更改任何内容。</translation>
    </message>
    <message>
        <source>Not used yet. Undo takes back every change.</source>
        <translation>尚未采用。每项更改都可以撤销。</translation>
    </message>
</context>
<context>
    <name>FitControl</name>
    <message>
        <source>Fit to my computer</source>
        <translation>适配我的电脑</translation>
    </message>
    <message>
        <source>Keeps more rooms of the model open on a strong computer, and closes more on a weak one: takes the largest size that fits into the free memory and paints a picture in the time beside this button.</source>
        <translation>在性能强的电脑上保留模型的更多部分，在性能弱的电脑上关闭更多部分：选用能放入可用内存、并能在按钮旁所设时间内画完一张图片的最大档位。</translation>
    </message>
    <message>
        <source> s</source>
        <translation> 秒</translation>
    </message>
    <message>
        <source>Seconds that a picture may take</source>
        <translation>每张图片允许的秒数</translation>
    </message>
    <message>
        <source>How long you want to wait for a picture, at most</source>
        <translation>每张图片最多愿意等多久</translation>
    </message>
    <message>
        <source>at mos&amp;t</source>
        <translation>最多(&amp;T)</translation>
    </message>
    <message>
        <source>No size fits into the free memory; {name} comes nearest.</source>
        <translation>没有任何档位能放入可用内存；{name} 最接近。</translation>
    </message>
    <message>
        <source>No size paints a picture within {wished}; {name} comes nearest: {time}.</source>
        <translation>没有任何档位能在 {wished} 内画完一张图片；{name} 最接近：{time}。</translation>
    </message>
    <message>
        <source>This computer is strong enough for the original: {cost}.</source>
        <translation>这台电脑足以运行原模型：{cost}。</translation>
    </message>
    <message>
        <source>{name} is the largest size that fits: {cost}. {larger} needs more memory.</source>
        <translation>{name} 是合适的最大档位：{cost}。{larger} 需要更多内存。</translation>
    </message>
    <message>
        <source>{name} is the largest size that fits: {cost}. {larger} takes {time}.</source>
        <translation>{name} 是合适的最大档位：{cost}。{larger} 需要 {time}。</translation>
    </message>
    <message>
        <source>{time}, and about {need} of the {free} of memory that are free</source>
        <translation>{time}，约占 {free} 可用内存中的 {need}</translation>
    </message>
    <message>
        <source>a time that was never measured</source>
        <translation>从未实测过的时间</translation>
    </message>
    <message numerus="yes">
        <source>{time} a picture (median of %n painted today)</source>
        <translation>
            <numerusform>每张图片 {time}（今天绘制的 %n 张的中位数）</numerusform>
        </translation>
    </message>
    <message>
        <source>{time} a picture (measured when the project was made)</source>
        <translation>每张图片 {time}（制作项目时实测）</translation>
    </message>
    <message>
        <source>{time} a picture (estimated)</source>
        <translation>每张图片 {time}（估算）</translation>
    </message>
</context>
<context>
    <name>FitTable</name>
    <message>
        <source>Will it run here?</source>
        <translation>能在这里运行吗？</translation>
    </message>
    <message>
        <source>memory needed (estimated)</source>
        <translation>所需内存（估算）</translation>
    </message>
</context>
<context>
    <name>FolderCard</name>
    <message>
        <source>On this computer</source>
        <translation>在这台电脑上</translation>
    </message>
    <message>
        <source>Models on this computer</source>
        <translation>这台电脑上的模型</translation>
    </message>
    <message>
        <source>Choose a folder…</source>
        <translation>选择文件夹…</translation>
    </message>
    <message>
        <source>The folder of a model, or one inside of it</source>
        <translation>模型的文件夹，或其中的子文件夹</translation>
    </message>
    <message>
        <source>Or drop a model&apos;s folder on this window.</source>
        <translation>或将模型文件夹拖放到此窗口。</translation>
    </message>
</context>
<context>
    <name>GeneratePage</name>
    <message>
        <source>Generate and compare</source>
        <translation>生成与对比</translation>
    </message>
    <message>
        <source>The same prompt and the same seed, painted by the original and by a smaller size.</source>
        <translation>相同的提示词和种子，分别由原模型和较小的档位绘制。</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原模型</translation>
    </message>
    <message>
        <source>Stop painting</source>
        <translation>停止绘制</translation>
    </message>
    <message>
        <source>Export this size…</source>
        <translation>导出此档位…</translation>
    </message>
    <message>
        <source>Generate</source>
        <translation>生成</translation>
    </message>
    <message>
        <source>Size of the model</source>
        <translation>模型的档位</translation>
    </message>
    <message>
        <source>Example of the slider</source>
        <translation>滑块示例</translation>
    </message>
    <message>
        <source>There is nothing to compare yet</source>
        <translation>还没有可以对比的内容</translation>
    </message>
    <message>
        <source>Once the model has been made smaller, a slider here goes through its sizes. Beside each picture you see what the original paints, how long it took, and how much alike the two are.</source>
        <translation>模型缩小之后，可以用这里的滑块浏览各个档位。每张图片旁边会显示原模型的图片、所用时间，以及两者的相似程度。</translation>
    </message>
    <message>
        <source>Recover quality</source>
        <translation>恢复质量</translation>
    </message>
    <message>
        <source>Try with the built-in model</source>
        <translation>用内置模型试一试</translation>
    </message>
    <message>
        <source>{file} tells nothing about how it was painted.</source>
        <translation>{file} 中没有绘制方式的记录。</translation>
    </message>
    <message>
        <source>Press Generate, then move the slider while the picture is painted</source>
        <translation>请按“生成”，然后在绘制过程中移动滑块</translation>
    </message>
    <message>
        <source>First end the blind test</source>
        <translation>请先结束盲测</translation>
    </message>
    <message>
        <source>Press Generate</source>
        <translation>请按“生成”</translation>
    </message>
    <message>
        <source>The pictures are of the prompt, seed and steps before your change</source>
        <translation>图片对应的是更改之前的提示词、种子和步数</translation>
    </message>
    <message>
        <source>Painting…</source>
        <translation>正在绘制…</translation>
    </message>
    <message>
        <source>The engine is starting…</source>
        <translation>引擎正在启动…</translation>
    </message>
    <message>
        <source>Pictures can be painted again when learning has ended or is paused</source>
        <translation>学习结束或暂停后，才能再次绘制图片</translation>
    </message>
    <message>
        <source>Write what is to be painted first</source>
        <translation>请先写下要绘制的内容</translation>
    </message>
    <message>
        <source>Ctrl+Enter</source>
        <translation>Ctrl+Enter</translation>
    </message>
</context>
<context>
    <name>HeatMap</name>
    <message>
        <source>Likeness of layers</source>
        <translation>层的相似度</translation>
    </message>
    <message>
        <source>Layers {a} and {b}: {value} alike</source>
        <translation>第 {a} 层与第 {b} 层：相似度 {value}</translation>
    </message>
</context>
<context>
    <name>HistoryStrip</name>
    <message>
        <source>Pictures painted so far</source>
        <translation>已绘制的图片</translation>
    </message>
</context>
<context>
    <name>HowItWorks</name>
    <message>
        <source>The model paints with a stack of layers. Neighbours often do nearly the same job, as the framed ones here, for example.</source>
        <translation>模型用一叠层来绘图。相邻的层往往作用几乎相同，例如这里框出的层。</translation>
    </message>
    <message>
        <source>Each of these runs becomes one new layer. It learns from the original until their pictures look alike. The model is then smaller and faster.</source>
        <translation>每个层段变为一个新层。新层向原模型学习，直到两者的图片看起来一样。这样模型就更小、更快。</translation>
    </message>
    <message>
        <source>You get several sizes, and compare them with your own eyes.</source>
        <translation>你会得到多个档位，并亲眼对比它们。</translation>
    </message>
</context>
<context>
    <name>HubCard</name>
    <message>
        <source>Download one</source>
        <translation>下载模型</translation>
    </message>
    <message>
        <source>Access token…</source>
        <translation>访问令牌…</translation>
    </message>
    <message>
        <source>Mirror…</source>
        <translation>镜像…</translation>
    </message>
    <message>
        <source>For where the Hub is slow or cannot be reached</source>
        <translation>用于 Hub 速度很慢或无法连接的情况</translation>
    </message>
    <message>
        <source>Models that can be downloaded</source>
        <translation>可以下载的模型</translation>
    </message>
    <message>
        <source>OWNER/NAME of another model</source>
        <translation>其他模型的“所有者/名称”</translation>
    </message>
    <message>
        <source>Name of another model on the Hub</source>
        <translation>Hub 上其他模型的名称</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Look at this model</source>
        <translation>查看此模型</translation>
    </message>
    <message>
        <source>From the Hub (huggingface.co), a public collection of models, or from a copy of it (a mirror).</source>
        <translation>来自 Hub（huggingface.co，一个公开的模型库），或来自它的副本（镜像）。</translation>
    </message>
    <message>
        <source>Starting…</source>
        <translation>正在启动…</translation>
    </message>
    <message>
        <source>on this computer already</source>
        <translation>已在这台电脑上</translation>
    </message>
    <message>
        <source>What it is, and whether it will run here; nothing is downloaded yet</source>
        <translation>它是什么、能否在这里运行；此时不会下载任何内容</translation>
    </message>
    <message>
        <source>Write it like Qwen/Qwen-Image, or paste the address of its page</source>
        <translation>请写成 Qwen/Qwen-Image 这样的格式，或粘贴其页面地址</translation>
    </message>
    <message>
        <source>about {size}</source>
        <translation>约 {size}</translation>
    </message>
    <message>
        <source>{count} layers</source>
        <translation>{count} 层</translation>
    </message>
</context>
<context>
    <name>HubDesk</name>
    <message>
        <source>Keep what has arrived in the old folder?</source>
        <translation>要保留旧文件夹中已下载的内容吗？</translation>
    </message>
    <message>
        <source>Give up the download of {name}?</source>
        <translation>要放弃下载 {name} 吗？</translation>
    </message>
    <message>
        <source>Folder for downloaded models</source>
        <translation>下载模型的文件夹</translation>
    </message>
</context>
<context>
    <name>HubFailureCard</name>
    <message>
        <source>What has arrived is kept.</source>
        <translation>已下载的内容会保留。</translation>
    </message>
    <message>
        <source>Continue the download</source>
        <translation>继续下载</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Open its page</source>
        <translation>打开其页面</translation>
    </message>
    <message>
        <source>Enter access token…</source>
        <translation>输入访问令牌…</translation>
    </message>
    <message>
        <source>Choose another folder…</source>
        <translation>选择其他文件夹…</translation>
    </message>
    <message>
        <source>Use a mirror…</source>
        <translation>使用镜像…</translation>
    </message>
    <message>
        <source>Give up…</source>
        <translation>放弃…</translation>
    </message>
</context>
<context>
    <name>HubWords</name>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Find redundant layers</source>
        <translation>查找冗余层</translation>
    </message>
    <message>
        <source>Shrink and recover quality</source>
        <translation>缩小并恢复质量</translation>
    </message>
    <message>
        <source>Generate and compare</source>
        <translation>生成与对比</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>yes</source>
        <translation>可以</translation>
    </message>
    <message>
        <source>just about</source>
        <translation>勉强可以</translation>
    </message>
    <message>
        <source>no</source>
        <translation>不行</translation>
    </message>
    <message>
        <source>not known</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>not known yet</source>
        <translation>尚未知晓</translation>
    </message>
    <message>
        <source>{need} of disk, {have} free</source>
        <translation>磁盘 {need}，可用 {have}</translation>
    </message>
    <message>
        <source>{need} of disk, only {have} free there</source>
        <translation>磁盘 {need}，该处仅可用 {have}</translation>
    </message>
    <message>
        <source>{need} of {have}</source>
        <translation>{need} / {have}</translation>
    </message>
    <message>
        <source>{need} of {have}, with the quick setting</source>
        <translation>{need} / {have}，采用快速设置</translation>
    </message>
    <message>
        <source>Where the warning sign is: close other programs first.</source>
        <translation>带警告标志的项目：请先关闭其他程序。</translation>
    </message>
    <message>
        <source>not stated</source>
        <translation>未说明</translation>
    </message>
    <message>
        <source>you may share the smaller model</source>
        <translation>可以分享缩小后的模型</translation>
    </message>
    <message>
        <source>ask its owner before you share anything</source>
        <translation>分享任何内容之前请先询问所有者</translation>
    </message>
    <message>
        <source>not for business; read it before you share the smaller model</source>
        <translation>不可用于商业；分享缩小后的模型之前请先阅读</translation>
    </message>
    <message>
        <source>read it before you share the smaller model</source>
        <translation>分享缩小后的模型之前请先阅读</translation>
    </message>
    <message>
        <source>painting part</source>
        <translation>绘图部分</translation>
    </message>
    <message>
        <source>text part</source>
        <translation>文本部分</translation>
    </message>
    <message>
        <source>second text part</source>
        <translation>第二文本部分</translation>
    </message>
    <message>
        <source>picture part</source>
        <translation>图像部分</translation>
    </message>
    <message>
        <source>Downloading {name}</source>
        <translation>正在下载 {name}</translation>
    </message>
    <message>
        <source>Pausing the download of {name}…</source>
        <translation>正在暂停下载 {name}…</translation>
    </message>
    <message>
        <source>The download of {name} is paused</source>
        <translation>已暂停下载 {name}</translation>
    </message>
    <message>
        <source>The download of {name} was interrupted</source>
        <translation>{name} 的下载已中断</translation>
    </message>
    <message>
        <source>Giving up the download of {name}…</source>
        <translation>正在放弃下载 {name}…</translation>
    </message>
    <message>
        <source>{name} is here, and every file was checked</source>
        <translation>{name} 已下载，所有文件都已校验</translation>
    </message>
    <message>
        <source>asking the Hub…</source>
        <translation>正在询问 Hub…</translation>
    </message>
    <message>
        <source>checking what is here already…</source>
        <translation>正在检查已有的内容…</translation>
    </message>
    <message>
        <source>the connection was lost, trying again…</source>
        <translation>连接已断开，正在重试…</translation>
    </message>
    <message>
        <source>{size}/s</source>
        <translation>{size}/秒</translation>
    </message>
    <message>
        <source>{done} of {total}</source>
        <translation>{done} / {total}</translation>
    </message>
    <message>
        <source>Check the network and try again, or use a mirror.</source>
        <translation>请检查网络后重试，或使用镜像。</translation>
    </message>
    <message>
        <source>Fetch it again. If this happens again, use another network or a mirror.</source>
        <translation>请重新下载。如果问题再次出现，请换用其他网络或镜像。</translation>
    </message>
    <message>
        <source>Open its page, accept the licence there, and enter an access token that may read.</source>
        <translation>请打开其页面，在那里接受许可证，并输入有读取权限的访问令牌。</translation>
    </message>
    <message>
        <source>Nothing was changed. Choose another folder.</source>
        <translation>没有任何更改。请选择其他文件夹。</translation>
    </message>
    <message>
        <source>Check the name. A private model wants an access token that may read it.</source>
        <translation>请检查名称。私有模型需要有读取权限的访问令牌。</translation>
    </message>
    <message>
        <source>Write it as OWNER/NAME, for example Qwen/Qwen-Image.</source>
        <translation>请按“所有者/名称”的格式填写，例如 Qwen/Qwen-Image。</translation>
    </message>
    <message>
        <source>Try again later, or use a mirror.</source>
        <translation>请稍后重试，或使用镜像。</translation>
    </message>
    <message>
        <source>Try again in some minutes.</source>
        <translation>请过几分钟再试。</translation>
    </message>
    <message>
        <source>Make room and go on, or choose another folder.</source>
        <translation>请腾出空间后继续，或选择其他文件夹。</translation>
    </message>
    <message>
        <source>Perhaps another window is at it. Wait, then try again.</source>
        <translation>可能另一个窗口正在处理。请稍候再试。</translation>
    </message>
    <message>
        <source>Try again. What was fetched is kept.</source>
        <translation>请重试。已下载的内容会保留。</translation>
    </message>
    <message>
        <source>An access token is kept in this computer&apos;s keyring.</source>
        <translation>访问令牌保存在这台电脑的密钥环中。</translation>
    </message>
    <message>
        <source>An access token is known until this window is closed.</source>
        <translation>访问令牌保留到此窗口关闭为止。</translation>
    </message>
    <message>
        <source>The access token of your login to the Hub is used.</source>
        <translation>正在使用你登录 Hub 的访问令牌。</translation>
    </message>
    <message>
        <source>No access token; most models need none.</source>
        <translation>没有访问令牌；大多数模型不需要。</translation>
    </message>
</context>
<context>
    <name>JobRecord</name>
    <message>
        <source>{what}: difference {value} after step {step}</source>
        <translation>{what}：第 {step} 步后差异为 {value}</translation>
    </message>
</context>
<context>
    <name>JobsPage</name>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>What was done for this project, and how long each part of it took.</source>
        <translation>为此项目做过的工作，以及每一部分所用的时间。</translation>
    </message>
    <message>
        <source>Jobs of this project</source>
        <translation>此项目的任务</translation>
    </message>
    <message>
        <source>Record of the job</source>
        <translation>任务记录</translation>
    </message>
    <message>
        <source>Copy report</source>
        <translation>复制报告</translation>
    </message>
    <message>
        <source>Without your home folder&apos;s name and secrets</source>
        <translation>不含你的主文件夹名称和机密信息</translation>
    </message>
    <message>
        <source>Open folder</source>
        <translation>打开文件夹</translation>
    </message>
    <message>
        <source>Nothing has run in this project yet</source>
        <translation>此项目中还没有运行过任何任务</translation>
    </message>
    <message>
        <source>Every piece of work is listed here with how it ended and how long it took. If something goes wrong, its report can be copied and sent to whoever helps.</source>
        <translation>这里会列出每项工作的结果和所用时间。如果出了问题，可以复制报告发给帮助你的人。</translation>
    </message>
    <message>
        <source>Try with the built-in model</source>
        <translation>用内置模型试一试</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
</context>
<context>
    <name>KeepDialog</name>
    <message>
        <source>{amount} have arrived. If they are kept, the same download goes on from there later.</source>
        <translation>已下载 {amount}。如果保留，以后可以从该处继续同一下载。</translation>
    </message>
    <message>
        <source>Keep them</source>
        <translation>保留</translation>
    </message>
    <message>
        <source>Remove them</source>
        <translation>删除</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
</context>
<context>
    <name>KeyNumber</name>
    <message>
        <source>not measured</source>
        <translation>未实测</translation>
    </message>
</context>
<context>
    <name>LayerBars</name>
    <message>
        <source>Layers and what is merged</source>
        <translation>各层与合并情况</translation>
    </message>
    <message>
        <source>Layer {layer}</source>
        <translation>第 {layer} 层</translation>
    </message>
    <message>
        <source>merged: layers {first} to {last} become one</source>
        <translation>合并：第 {first} 层到第 {last} 层变为一层</translation>
    </message>
</context>
<context>
    <name>LayerStrip</name>
    <message>
        <source>Layers of the model</source>
        <translation>模型的层</translation>
    </message>
    <message>
        <source>{total} layers, of which {merged} become {new}</source>
        <translation>共 {total} 层，其中 {merged} 层变为 {new} 层</translation>
    </message>
</context>
<context>
    <name>LearningCard</name>
    <message>
        <source>Learning</source>
        <translation>学习</translation>
    </message>
    <message>
        <source>Learning curve</source>
        <translation>学习曲线</translation>
    </message>
    <message>
        <source>learning steps</source>
        <translation>学习步数</translation>
    </message>
    <message>
        <source>difference (log scale)</source>
        <translation>差异（对数刻度）</translation>
    </message>
    <message>
        <source>difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>The curve is drawn here while the merged layers learn.</source>
        <translation>合并后的层学习时，这里会画出曲线。</translation>
    </message>
    <message>
        <source>What this does</source>
        <translation>它的作用</translation>
    </message>
    <message>
        <source>How the new layers learn</source>
        <translation>新层如何学习</translation>
    </message>
    <message>
        <source>Learning now: {what}</source>
        <translation>正在学习：{what}</translation>
    </message>
    <message>
        <source>Figures of the learning curves</source>
        <translation>学习曲线的数据</translation>
    </message>
    <message>
        <source>What learns</source>
        <translation>学习对象</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Difference at first</source>
        <translation>初始差异</translation>
    </message>
    <message>
        <source>Now</source>
        <translation>当前</translation>
    </message>
    <message>
        <source>Best check</source>
        <translation>最佳检验值</translation>
    </message>
    <message>
        <source>Table</source>
        <translation>表格</translation>
    </message>
    <message>
        <source>Show the same figures as a table</source>
        <translation>以表格显示同样的数据</translation>
    </message>
    <message>
        <source>Chart</source>
        <translation>图表</translation>
    </message>
    <message>
        <source>Copy, save, or change how it is drawn</source>
        <translation>复制、保存或更改显示方式</translation>
    </message>
    <message>
        <source>merged layers</source>
        <translation>合并的层</translation>
    </message>
    <message>
        <source>narrowed layers</source>
        <translation>收窄的层</translation>
    </message>
    <message>
        <source>all together</source>
        <translation>全部一起</translation>
    </message>
    <message>
        <source>checked on pictures it never learns from</source>
        <translation>用从未参与学习的图片检验</translation>
    </message>
</context>
<context>
    <name>LineChart</name>
    <message>
        <source>{what}: difference {value} at step {step}</source>
        <translation>{what}：第 {step} 步的差异为 {value}</translation>
    </message>
    <message>
        <source>Charts cannot be drawn here: {problem}</source>
        <translation>无法在此绘制图表：{problem}</translation>
    </message>
</context>
<context>
    <name>MainWindow</name>
    <message>
        <source>Folder of the model</source>
        <translation>模型文件夹</translation>
    </message>
    <message>
        <source>Where the project is kept</source>
        <translation>项目的保存位置</translation>
    </message>
    <message>
        <source>Folder in which the model is written</source>
        <translation>写入模型的文件夹</translation>
    </message>
    <message>
        <source>Another window has this project open, so here it can only be looked at. Work on there, or close it there and open it here again.</source>
        <translation>另一个窗口已打开此项目，因此在这里只能查看。请在那里继续工作，或在那里关闭它，再在这里重新打开。</translation>
    </message>
    <message>
        <source>Open again</source>
        <translation>重新打开</translation>
    </message>
</context>
<context>
    <name>Menus</name>
    <message>
        <source>No other project has been opened yet</source>
        <translation>还没有打开过其他项目</translation>
    </message>
    <message>
        <source>No other model has been chosen yet</source>
        <translation>还没有选择过其他模型</translation>
    </message>
    <message>
        <source>Nothing has been saved yet</source>
        <translation>还没有保存任何内容</translation>
    </message>
    <message>
        <source>Nothing is running</source>
        <translation>没有任务在运行</translation>
    </message>
    <message>
        <source>&amp;File</source>
        <translation>文件(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;New project…</source>
        <translation>新建项目(&amp;N)…</translation>
    </message>
    <message>
        <source>&amp;Open project…</source>
        <translation>打开项目(&amp;O)…</translation>
    </message>
    <message>
        <source>&amp;Recent projects</source>
        <translation>最近的项目(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Show project folder</source>
        <translation>显示项目文件夹(&amp;S)</translation>
    </message>
    <message>
        <source>&amp;Quit</source>
        <translation>退出(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Edit</source>
        <translation>编辑(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Undo</source>
        <translation>撤销(&amp;U)</translation>
    </message>
    <message>
        <source>&amp;Redo</source>
        <translation>重做(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Add a run of layers</source>
        <translation>添加层段(&amp;A)</translation>
    </message>
    <message>
        <source>Re&amp;move this run of layers</source>
        <translation>移除此层段(&amp;M)</translation>
    </message>
    <message>
        <source>&amp;Back to the plan</source>
        <translation>恢复到已用方案(&amp;B)</translation>
    </message>
    <message>
        <source>Pre&amp;ferences…</source>
        <translation>首选项(&amp;F)…</translation>
    </message>
    <message>
        <source>&amp;View</source>
        <translation>视图(&amp;V)</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>外观(&amp;A)</translation>
    </message>
    <message>
        <source>Lan&amp;guage</source>
        <translation>语言(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Full screen</source>
        <translation>全屏(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Model</source>
        <translation>模型(&amp;M)</translation>
    </message>
    <message>
        <source>Use the &amp;built-in model</source>
        <translation>使用内置模型(&amp;B)</translation>
    </message>
    <message>
        <source>&amp;Choose a model folder…</source>
        <translation>选择模型文件夹(&amp;C)…</translation>
    </message>
    <message>
        <source>Access &amp;token…</source>
        <translation>访问令牌(&amp;T)…</translation>
    </message>
    <message>
        <source>&amp;Mirror…</source>
        <translation>镜像(&amp;M)…</translation>
    </message>
    <message>
        <source>&amp;Earlier models</source>
        <translation>用过的模型(&amp;E)</translation>
    </message>
    <message>
        <source>&amp;Run</source>
        <translation>运行(&amp;R)</translation>
    </message>
    <message>
        <source>&amp;Find redundant layers</source>
        <translation>查找冗余层(&amp;F)</translation>
    </message>
    <message>
        <source>&amp;Make the smaller sizes</source>
        <translation>制作更小的档位(&amp;M)</translation>
    </message>
    <message>
        <source>Use my &amp;choice of layers</source>
        <translation>采用我选择的层(&amp;C)</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>Canc&amp;el…</source>
        <translation>取消(&amp;E)…</translation>
    </message>
    <message>
        <source>Main &amp;button of this page</source>
        <translation>此页面的主按钮(&amp;B)</translation>
    </message>
    <message>
        <source>E&amp;xport</source>
        <translation>导出(&amp;X)</translation>
    </message>
    <message>
        <source>&amp;Help</source>
        <translation>帮助(&amp;H)</translation>
    </message>
    <message>
        <source>About this &amp;page</source>
        <translation>关于此页面(&amp;P)</translation>
    </message>
    <message>
        <source>&amp;Keyboard</source>
        <translation>键盘快捷键(&amp;K)</translation>
    </message>
    <message>
        <source>&amp;About PPCL Studio</source>
        <translation>关于 PPCL Studio(&amp;A)</translation>
    </message>
    <message>
        <source>The layers are fixed while the model learns</source>
        <translation>模型学习期间，层的选择不能更改</translation>
    </message>
    <message>
        <source>No choice of layers has been changed</source>
        <translation>层的选择没有更改</translation>
    </message>
    <message>
        <source>&amp;Undo {what}</source>
        <translation>撤销(&amp;U) {what}</translation>
    </message>
    <message>
        <source>&amp;Redo {what}</source>
        <translation>重做(&amp;R) {what}</translation>
    </message>
    <message>
        <source>Find redundant layers first</source>
        <translation>请先查找冗余层</translation>
    </message>
    <message>
        <source>No run of layers is chosen in the chart</source>
        <translation>图中没有选中层段</translation>
    </message>
    <message>
        <source>The choice of layers is in use already</source>
        <translation>这一层选择已在使用</translation>
    </message>
    <message>
        <source>Nothing would be merged</source>
        <translation>没有可合并的层</translation>
    </message>
    <message>
        <source>It is no longer there</source>
        <translation>已不存在</translation>
    </message>
    <message>
        <source>&amp;Clear this list</source>
        <translation>清除此列表(&amp;C)</translation>
    </message>
    <message>
        <source>Open project</source>
        <translation>打开项目</translation>
    </message>
    <message>
        <source>Folder of the new project</source>
        <translation>新项目的文件夹</translation>
    </message>
    <message>
        <source>Keyboard</source>
        <translation>键盘快捷键</translation>
    </message>
</context>
<context>
    <name>MirrorDialog</name>
    <message>
        <source>A server with the same models, for where the Hub cannot be reached or is slow. Leave the field empty to ask the Hub itself.</source>
        <translation>提供相同模型的服务器，用于无法连接 Hub 或速度很慢的情况。留空则直接使用 Hub。</translation>
    </message>
    <message>
        <source>Mirror of the Hub</source>
        <translation>Hub 镜像</translation>
    </message>
    <message>
        <source>Address of the mirror</source>
        <translation>镜像地址</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>Write it like https://hub.example.org, without name and password.</source>
        <translation>请写成 https://hub.example.org 这样的格式，不含用户名和密码。</translation>
    </message>
    <message>
        <source>Every file is checked, wherever it comes from.</source>
        <translation>无论来自哪里，每个文件都会校验。</translation>
    </message>
</context>
<context>
    <name>ModeBar</name>
    <message>
        <source>Way of comparing: {mode}</source>
        <translation>对比方式：{mode}</translation>
    </message>
</context>
<context>
    <name>ModelCard</name>
    <message>
        <source>Open its page</source>
        <translation>打开其页面</translation>
    </message>
    <message>
        <source>In your browser: pictures, the licence, who made it</source>
        <translation>在浏览器中查看：图片、许可证、作者</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Change the folder of the download</source>
        <translation>更改下载文件夹</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>类型</translation>
    </message>
    <message>
        <source>It is on this computer already.</source>
        <translation>它已在这台电脑上。</translation>
    </message>
    <message>
        <source>Asking the Hub; nothing is downloaded yet.</source>
        <translation>正在询问 Hub；尚未下载任何内容。</translation>
    </message>
    <message>
        <source>It goes to {folder}</source>
        <translation>将保存到 {folder}</translation>
    </message>
    <message>
        <source>{size} in {count} files</source>
        <translation>{size}，共 {count} 个文件</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Parts</source>
        <translation>组成部分</translation>
    </message>
    <message>
        <source>{name}: {meaning}</source>
        <translation>{name}：{meaning}</translation>
    </message>
    <message>
        <source>{name}, to be accepted on its page first: {meaning}</source>
        <translation>{name}，需先在其页面上接受：{meaning}</translation>
    </message>
    <message>
        <source>Licence</source>
        <translation>许可证</translation>
    </message>
    <message>
        <source>Looking…</source>
        <translation>正在查看…</translation>
    </message>
    <message>
        <source>The memory it needs is not known yet.</source>
        <translation>所需内存尚未知晓。</translation>
    </message>
    <message>
        <source>It stays where it is and is only read.</source>
        <translation>模型留在原处，只会被读取。</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>磁盘占用</translation>
    </message>
    <message>
        <source>What will happen</source>
        <translation>接下来会发生什么</translation>
    </message>
    <message>
        <source>A tiny model that comes with PPCL Studio: 32 things, 8 shapes, and short words on signs. Nothing is downloaded, and no graphics card is needed.</source>
        <translation>PPCL Studio 自带的微型模型：会画 32 种物品、8 种形状，以及牌子上的短单词。无需下载，也不需要显卡。</translation>
    </message>
    <message>
        <source>{count} in the painting part</source>
        <translation>绘图部分 {count}</translation>
    </message>
</context>
<context>
    <name>ModelPage</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Pick the model that you want to make smaller. The original is never changed.</source>
        <translation>选择要缩小的模型。原模型绝不会被更改。</translation>
    </message>
    <message>
        <source>Try with the built-in model</source>
        <translation>用内置模型试一试</translation>
    </message>
    <message>
        <source>Finds the layers, merges them, learns and measures, all in one go</source>
        <translation>一次完成：查找层、合并、学习、实测</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>逐步进行</translation>
    </message>
    <message>
        <source>Everything in one go, with the quickest setting</source>
        <translation>一次完成全部步骤，使用最快的设置</translation>
    </message>
    <message>
        <source>New here? This shows you everything in about {time}.</source>
        <translation>第一次使用？大约 {time} 即可看到全部过程。</translation>
    </message>
    <message>
        <source>Find its redundant layers</source>
        <translation>查找它的冗余层</translation>
    </message>
    <message>
        <source>Use this model</source>
        <translation>使用此模型</translation>
    </message>
    <message>
        <source>It gets a project of its own; the present one stays as it is.</source>
        <translation>它会有自己的项目，当前项目保持不变。</translation>
    </message>
    <message numerus="yes">
        <source>This model is there in %n sizes.</source>
        <translation>
            <numerusform>此模型有 %n 个档位。</numerusform>
        </translation>
    </message>
    <message>
        <source>This model is being worked on.</source>
        <translation>正在处理此模型。</translation>
    </message>
    <message>
        <source>Downloading…</source>
        <translation>正在下载…</translation>
    </message>
    <message>
        <source>Continue the download</source>
        <translation>继续下载</translation>
    </message>
    <message>
        <source>You may close the window; it goes on from there.</source>
        <translation>可以关闭窗口；之后会从该处继续。</translation>
    </message>
    <message>
        <source>Download</source>
        <translation>下载</translation>
    </message>
    <message>
        <source>Download {size}</source>
        <translation>下载 {size}</translation>
    </message>
    <message>
        <source>Another model is being downloaded; finish it or give it up first</source>
        <translation>正在下载另一个模型；请先完成或放弃它</translation>
    </message>
    <message>
        <source>The Hub is being asked</source>
        <translation>正在询问 Hub</translation>
    </message>
    <message>
        <source>Nothing is known of this model; see above</source>
        <translation>对此模型一无所知；请看上方说明</translation>
    </message>
    <message>
        <source>Its licence has to be accepted first; see above</source>
        <translation>需先接受其许可证；请看上方说明</translation>
    </message>
    <message>
        <source>This model cannot be used as it is; see above</source>
        <translation>此模型目前无法使用；请看上方说明</translation>
    </message>
    <message>
        <source>There is not enough room in that folder; choose another one</source>
        <translation>该文件夹空间不足；请选择其他文件夹</translation>
    </message>
    <message>
        <source>This computer has too little memory for it; another one may have more.</source>
        <translation>这台电脑的内存不够；其他电脑也许够用。</translation>
    </message>
    <message>
        <source>It can paint here, but not be made smaller: too little memory.</source>
        <translation>它可以在这里绘图，但无法缩小：内存不足。</translation>
    </message>
</context>
<context>
    <name>NavigationRail</name>
    <message>
        <source>Pages</source>
        <translation>页面</translation>
    </message>
</context>
<context>
    <name>NoticeBar</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close this message</source>
        <translation>关闭此消息</translation>
    </message>
</context>
<context>
    <name>Notices</name>
    <message>
        <source>The work was interrupted. Nothing is lost; it can go on.</source>
        <translation>工作中断了。没有丢失任何内容，可以继续。</translation>
    </message>
    <message>
        <source>The redundant layers have been found.</source>
        <translation>已找到冗余层。</translation>
    </message>
    <message>
        <source>The model is there in {count} sizes.</source>
        <translation>模型现有 {count} 个档位。</translation>
    </message>
    <message>
        <source>The model could not be written.</source>
        <translation>模型未能写出。</translation>
    </message>
    <message>
        <source>The model has been written.</source>
        <translation>模型已写出。</translation>
    </message>
</context>
<context>
    <name>NumbersRow</name>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Time per picture</source>
        <translation>每张图片用时</translation>
    </message>
    <message>
        <source>Like the original</source>
        <translation>与原模型相似</translation>
    </message>
    <message>
        <source>Prompt followed</source>
        <translation>遵循提示词</translation>
    </message>
    <message>
        <source>Memory</source>
        <translation>内存</translation>
    </message>
    <message numerus="yes">
        <source>Counted: the whole painting model, in %n layers. {size} as a file.</source>
        <translation>
            <numerusform>由计数得出：完整的绘图模型，共 %n 层。文件大小 {size}。</numerusform>
        </translation>
    </message>
    <message>
        <source>parameters, counted</source>
        <translation>参数，由计数得出</translation>
    </message>
    <message>
        <source>a picture, measured</source>
        <translation>每张图片，实测</translation>
    </message>
    <message>
        <source>a picture, estimated</source>
        <translation>每张图片，估算</translation>
    </message>
    <message numerus="yes">
        <source>on {device}, %n threads</source>
        <translation>
            <numerusform>在 {device} 上，%n 个线程</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Median of %n pictures that this size painted today</source>
        <translation>
            <numerusform>此档位今天绘制的 %n 张图片的中位数</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>Median of %n pictures, painted when the project was made</source>
        <translation>
            <numerusform>制作项目时绘制的 %n 张图片的中位数</numerusform>
        </translation>
    </message>
    <message>
        <source>Reckoned from another number of steps</source>
        <translation>根据其他步数推算</translation>
    </message>
    <message>
        <source>In parentheses: how many times as fast as the original&apos;s layers. One pass through them takes {time}, measured {where}.</source>
        <translation>括号内：速度是原模型各层的多少倍。通过所有层一次需要 {time}，{where}实测。</translation>
    </message>
    <message numerus="yes">
        <source>Mean of %n pictures at equal seeds, which the model has not learned from. HaarPSI {value}; 1 is the same picture.</source>
        <translation>
            <numerusform>相同种子下 %n 张图片的平均值，模型从未学习过这些图片。HaarPSI {value}；1 表示完全相同的图片。</numerusform>
        </translation>
    </message>
    <message>
        <source>alike, measured</source>
        <translation>相似度，实测</translation>
    </message>
    <message numerus="yes">
        <source>Mean of %n pictures, by what the prompts ask for:</source>
        <translation>
            <numerusform>按提示词要求的内容，%n 张图片的平均值：</numerusform>
        </translation>
    </message>
    <message>
        <source>prompt right, measured</source>
        <translation>提示词画对的比例，实测</translation>
    </message>
    <message>
        <source>memory for painting, measured</source>
        <translation>绘图所需内存，实测</translation>
    </message>
    <message>
        <source>The most at once in one pass through the layers, their weights included.</source>
        <translation>通过所有层一次时的最高占用，包含权重。</translation>
    </message>
    <message>
        <source>{value}  (original {original})</source>
        <translation>{value}（原模型 {original}）</translation>
    </message>
</context>
<context>
    <name>Outcome</name>
    <message>
        <source>The engine could not be started: {program} does not run here.</source>
        <translation>无法启动引擎：{program} 不能在这里运行。</translation>
    </message>
    <message>
        <source>The engine and this window are of different versions.</source>
        <translation>引擎与此窗口的版本不同。</translation>
    </message>
    <message>
        <source>The engine sent something that this window cannot read.</source>
        <translation>引擎发来的内容无法识别。</translation>
    </message>
    <message>
        <source>The computer ran out of memory, and the engine ended.</source>
        <translation>电脑内存不足，引擎已结束。</translation>
    </message>
    <message>
        <source>The engine was ended from outside, most likely because the computer ran out of memory.</source>
        <translation>引擎被外部终止，很可能是因为电脑内存不足。</translation>
    </message>
    <message>
        <source>The engine was ended from outside.</source>
        <translation>引擎被外部终止。</translation>
    </message>
    <message>
        <source>The engine crashed inside a driver or a library.</source>
        <translation>引擎在驱动程序或程序库中崩溃。</translation>
    </message>
    <message>
        <source>The engine ended without a word (signal {code}).</source>
        <translation>引擎意外结束，没有留下说明（信号 {code}）。</translation>
    </message>
    <message>
        <source>The engine ended because of a mistake in it.</source>
        <translation>引擎因自身错误而结束。</translation>
    </message>
    <message>
        <source>The engine ended before its work was done.</source>
        <translation>引擎在工作完成之前就结束了。</translation>
    </message>
    <message>
        <source>The engine ended without a word (exit code {code}).</source>
        <translation>引擎意外结束，没有留下说明（退出代码 {code}）。</translation>
    </message>
    <message>
        <source>Install PPCL Studio again, then start it once more.</source>
        <translation>请重新安装 PPCL Studio，然后再次启动。</translation>
    </message>
    <message>
        <source>Install the window and the engine from the same release.</source>
        <translation>请安装同一版本的界面和引擎。</translation>
    </message>
    <message>
        <source>Close other large programs if memory is short, then continue.</source>
        <translation>如果内存不足，请先关闭其他大型程序，然后继续。</translation>
    </message>
    <message>
        <source>Try once more. If it happens again, copy the report and send it to us.</source>
        <translation>请再试一次。如果问题再次出现，请复制报告并发送给我们。</translation>
    </message>
    <message>
        <source>The engine has not answered for a minute.</source>
        <translation>引擎已有一分钟没有响应。</translation>
    </message>
    <message>
        <source>It may be inside one very long step. Keep waiting, or end it by force: it then goes on from what was saved last.</source>
        <translation>它可能正处于一个很长的步骤中。可以继续等待，或强制结束：之后会从上次保存处继续。</translation>
    </message>
</context>
<context>
    <name>PictureHistory</name>
    <message>
        <source>The picture could not be moved to the trash; it is still in {folder}.</source>
        <translation>无法将图片移到回收站；它仍在 {folder} 中。</translation>
    </message>
</context>
<context>
    <name>Pictures</name>
    <message>
        <source>painting…</source>
        <translation>正在绘制…</translation>
    </message>
    <message>
        <source>step {step} of {steps}</source>
        <translation>第 {step} 步，共 {steps} 步</translation>
    </message>
    <message>
        <source>Mixed: {tiers}</source>
        <translation>混合：{tiers}</translation>
    </message>
    <message>
        <source>Size {number}</source>
        <translation>档位 {number}</translation>
    </message>
    <message>
        <source>{time}, measured</source>
        <translation>{time}，实测</translation>
    </message>
    <message>
        <source>{time} · {alike} alike, measured</source>
        <translation>{time} · 相似度 {alike}，实测</translation>
    </message>
    <message>
        <source>mixed</source>
        <translation>混合</translation>
    </message>
    <message>
        <source>{size} of earlier sizes</source>
        <translation>之前档位中的 {size}</translation>
    </message>
    <message>
        <source>{name} · seed {seed} · {steps} steps</source>
        <translation>{name} · 种子 {seed} · {steps} 步</translation>
    </message>
</context>
<context>
    <name>Places</name>
    <message>
        <source>Model</source>
        <translation>模型</translation>
    </message>
    <message>
        <source>Find redundant layers</source>
        <translation>查找冗余层</translation>
    </message>
    <message>
        <source>Shrink</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>Recover quality</source>
        <translation>恢复质量</translation>
    </message>
    <message>
        <source>Generate and compare</source>
        <translation>生成与对比</translation>
    </message>
    <message>
        <source>Export</source>
        <translation>导出</translation>
    </message>
    <message>
        <source>Jobs</source>
        <translation>任务</translation>
    </message>
    <message>
        <source>Here you pick the model that is to become smaller. The built-in model needs no download. A model of your own is a folder as the diffusers library writes it; drop it on the window or choose it. Others can be downloaded: you see first what they are, what their licence allows, and whether they will run here. A download can be paused, and goes on after the window was closed.</source>
        <translation>在这里选择要缩小的模型。内置模型无需下载。你自己的模型是 diffusers 库所写的文件夹；可以把它拖到窗口上，也可以点击选择。其他模型可以下载：下载前会先显示它是什么、许可证允许什么，以及能否在这里运行。下载可以暂停，关闭窗口之后也能继续。</translation>
    </message>
    <message>
        <source>Every layer is compared with its neighbours. A low bar means that the layer does something simple. The framed runs of layers are what is suggested: each run becomes one layer. You may drag their edges, add a run or take one away; Undo takes every change back.</source>
        <translation>每一层都会与相邻的层比较。柱子低表示该层做的事情很简单。框出的层段是建议的方案：每个层段变为一层。可以拖动边缘、添加或移除层段；每项更改都可以撤销。</translation>
    </message>
    <message>
        <source>The runs of layers are merged one after the other, and each step is a size of the model. The table says what every size would cost, and where it can be opened.</source>
        <translation>层段会一个接一个地合并，每一步对应模型的一个档位。表格列出每个档位的代价，以及可以在哪里打开。</translation>
    </message>
    <message>
        <source>The merged layers learn from the original until their pictures look alike. You may pause at any time, also by closing the window: nothing that was learned is lost.</source>
        <translation>合并后的层向原模型学习，直到两者的图片看起来一样。随时可以暂停，也可以直接关闭窗口：学到的内容不会丢失。</translation>
    </message>
    <message>
        <source>The same prompt and the same seed are painted by the original and by a smaller size. Move the slider to go through the sizes, and hold Space to see the original in place.</source>
        <translation>用相同的提示词和种子，分别由原模型和较小的档位绘制。移动滑块浏览各个档位，按住空格键可在原位查看原模型的图片。</translation>
    </message>
    <message>
        <source>A size is written as a model that other programs load. It is loaded again and compared with what you saw here before it counts as written.</source>
        <translation>将一个档位写成其他程序能加载的模型。写完后会重新加载，与你在这里看到的结果核对一致，才算完成。</translation>
    </message>
    <message>
        <source>Everything that was done for this project, with all that was said while it ran. A report leaves out the name of your home folder and anything secret.</source>
        <translation>这个项目做过的所有工作，以及运行时的全部记录。报告不含你的主文件夹名称和任何机密信息。</translation>
    </message>
    <message>
        <source>Choose a model that can be used first</source>
        <translation>请先选择可以使用的模型</translation>
    </message>
    <message>
        <source>The sizes are listed once redundant layers have been found</source>
        <translation>找到冗余层之后会列出各个档位</translation>
    </message>
    <message>
        <source>can go on</source>
        <translation>可以继续</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>Waits for a model that has been made smaller</source>
        <translation>需要先有缩小后的模型</translation>
    </message>
    <message>
        <source>one running</source>
        <translation>一个正在运行</translation>
    </message>
    <message>
        <source>none running</source>
        <translation>没有正在运行的</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>running</source>
        <translation>正在运行</translation>
    </message>
    <message>
        <source>interrupted</source>
        <translation>已中断</translation>
    </message>
    <message>
        <source>to do</source>
        <translation>待办</translation>
    </message>
    <message>
        <source>waits for {page}</source>
        <translation>等待“{page}”</translation>
    </message>
</context>
<context>
    <name>PlanDraft</name>
    <message>
        <source>change of a run of layers</source>
        <translation>更改层段</translation>
    </message>
    <message>
        <source>new run of layers</source>
        <translation>新层段</translation>
    </message>
    <message>
        <source>removal of a run of layers</source>
        <translation>移除层段</translation>
    </message>
    <message>
        <source>return to the plan</source>
        <translation>恢复到已用方案</translation>
    </message>
</context>
<context>
    <name>PreferencesDialog</name>
    <message>
        <source>Folder for new projects</source>
        <translation>新项目的文件夹</translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>首选项</translation>
    </message>
    <message>
        <source>&amp;Language</source>
        <translation>语言(&amp;L)</translation>
    </message>
    <message>
        <source>&amp;Appearance</source>
        <translation>外观(&amp;A)</translation>
    </message>
    <message>
        <source>New &amp;projects go to</source>
        <translation>新项目保存到(&amp;P)</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Change the folder for new projects</source>
        <translation>更改新项目的文件夹</translation>
    </message>
    <message>
        <source>&amp;Keep the computer awake while a model learns</source>
        <translation>模型学习时不让计算机休眠(&amp;K)</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
</context>
<context>
    <name>Project</name>
    <message>
        <source>The project {name} is open in another window.</source>
        <translation>项目 {name} 已在另一个窗口中打开。</translation>
    </message>
    <message>
        <source>Go on there, or close it there first.</source>
        <translation>请在那里继续，或先在那里关闭它。</translation>
    </message>
</context>
<context>
    <name>ProjectReport</name>
    <message>
        <source>{model} made smaller</source>
        <translation>{model} 的缩小结果</translation>
    </message>
    <message>
        <source>Written on {date}.</source>
        <translation>写于 {date}。</translation>
    </message>
    <message>
        <source>{count} of the model&apos;s {total} layers were taken out of use.</source>
        <translation>模型共 {total} 层，其中 {count} 层不再使用。</translation>
    </message>
    <message>
        <source>The smallest of the sizes has {share} of the original&apos;s parameters.</source>
        <translation>最小的档位只有原模型 {share} 的参数。</translation>
    </message>
    <message>
        <source>Measured on {device} (threads: {threads}) with {captions} prompts that nothing was chosen by, one seed each. Parameters and layers are counted. Difference: squared error of what is predicted, relative to the original&apos;s. Alike: mean likeness (HaarPSI) to the original&apos;s pictures.</source>
        <translation>在 {device} 上（线程数：{threads}）用 {captions} 条未用于选择的提示词实测，每条一个种子。参数和层数由计数得出。差异：预测值的平方误差，相对于原模型。相似度：与原模型图片的平均相似度（HaarPSI）。</translation>
    </message>
    <message>
        <source>Pictures</source>
        <translation>图片</translation>
    </message>
    <message>
        <source>Comparison sheet</source>
        <translation>对比图</translation>
    </message>
    <message>
        <source>Sizes</source>
        <translation>档位</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>One picture</source>
        <translation>每张图片</translation>
    </message>
    <message>
        <source>Difference</source>
        <translation>差异</translation>
    </message>
    <message>
        <source>Alike</source>
        <translation>相似度</translation>
    </message>
    <message>
        <source>Prompt followed</source>
        <translation>遵循提示词</translation>
    </message>
    <message>
        <source>Which layers were merged</source>
        <translation>合并了哪些层</translation>
    </message>
    <message>
        <source>Taken out</source>
        <translation>去掉的层数</translation>
    </message>
    <message>
        <source>Expected cost</source>
        <translation>预计代价</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>设置</translation>
    </message>
    <message>
        <source>The same in a terminal:</source>
        <translation>在终端中执行相同的操作：</translation>
    </message>
    <message>
        <source>Versions</source>
        <translation>版本</translation>
    </message>
</context>
<context>
    <name>PromptCard</name>
    <message>
        <source>What to paint</source>
        <translation>要绘制的内容</translation>
    </message>
    <message>
        <source>Prompt</source>
        <translation>提示词</translation>
    </message>
    <message>
        <source>&amp;Prompt</source>
        <translation>提示词(&amp;P)</translation>
    </message>
    <message>
        <source>Seed</source>
        <translation>种子</translation>
    </message>
    <message>
        <source>The same seed and prompt give the same picture again</source>
        <translation>相同的种子和提示词会得到相同的图片</translation>
    </message>
    <message>
        <source>Random</source>
        <translation>随机</translation>
    </message>
    <message>
        <source>Steps</source>
        <translation>步数</translation>
    </message>
    <message>
        <source>Fewer steps are faster, more are finer; below 1 the model&apos;s own number is used</source>
        <translation>步数少更快，步数多更精细；低于 1 时采用模型自己的步数</translation>
    </message>
    <message>
        <source>Random seed</source>
        <translation>随机种子</translation>
    </message>
    <message>
        <source>Another seed gives another picture of the same prompt</source>
        <translation>换一个种子，同一提示词会得到另一张图片</translation>
    </message>
    <message>
        <source>S&amp;witch while it paints</source>
        <translation>绘制中切换(&amp;W)</translation>
    </message>
    <message>
        <source>On: when the slider moves in the middle of a picture, another size paints its other steps. Off: the picture is begun anew with the other size.</source>
        <translation>开启：绘制过程中移动滑块时，其余步骤由另一个档位绘制。关闭：用另一个档位重新开始绘制。</translation>
    </message>
    <message>
        <source>The built-in model knows 32 things, 8 shapes, counts up to five, two places (left of, above), and short words on signs.</source>
        <translation>内置模型认识 32 种物品、8 种形状，最多能数到五，懂得两种位置（左边、上方），还会在牌子上写短单词。提示词请用英文。</translation>
    </message>
    <message>
        <source>Up and down bring back earlier prompts.</source>
        <translation>按上、下方向键可找回之前的提示词。</translation>
    </message>
    <message>
        <source>the model&apos;s own: {steps}</source>
        <translation>模型默认：{steps}</translation>
    </message>
    <message>
        <source>the model&apos;s own</source>
        <translation>模型默认</translation>
    </message>
    <message>
        <source>Examples</source>
        <translation>示例</translation>
    </message>
    <message>
        <source>Example prompts</source>
        <translation>提示词示例</translation>
    </message>
    <message>
        <source>See&amp;d</source>
        <translation>种子(&amp;D)</translation>
    </message>
    <message>
        <source>&amp;Steps</source>
        <translation>步数(&amp;S)</translation>
    </message>
</context>
<context>
    <name>RecoverPage</name>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Cancel…</source>
        <translation>取消…</translation>
    </message>
    <message>
        <source>Throws away what is being learned now; finished steps stay</source>
        <translation>丢弃当前正在学习的内容；已完成的步骤会保留</translation>
    </message>
    <message>
        <source>&amp;Pause</source>
        <translation>暂停(&amp;P)</translation>
    </message>
    <message>
        <source>Saves at the next step and frees the memory; it goes on from there</source>
        <translation>在下一步结束时保存并释放内存；之后可以从该处继续</translation>
    </message>
    <message>
        <source>&amp;Stop and keep</source>
        <translation>停止并保留(&amp;S)</translation>
    </message>
    <message>
        <source>Learn again…</source>
        <translation>重新学习…</translation>
    </message>
    <message>
        <source>What happens</source>
        <translation>进行情况</translation>
    </message>
    <message>
        <source>Ends the learning here and measures the sizes as they are; it can learn on later</source>
        <translation>在此结束学习，并按现状实测各个档位；以后可以继续学习</translation>
    </message>
    <message>
        <source>The sizes are measured as they are</source>
        <translation>正在按现状实测各个档位</translation>
    </message>
    <message>
        <source>Possible while all layers learn together; pause works at any time</source>
        <translation>在所有层一起学习时可用；暂停随时可用</translation>
    </message>
    <message>
        <source>{model} becomes smaller by learning from itself. Pause whenever you like.</source>
        <translation>{model} 通过向自己学习而变小。随时可以暂停。</translation>
    </message>
    <message>
        <source>Recover quality</source>
        <translation>恢复质量</translation>
    </message>
    <message numerus="yes">
        <source>Done. The model is there in %n sizes, the smallest with {size} of the original&apos;s parameters.</source>
        <translation>
            <numerusform>完成。模型现有 %n 个档位，最小的只有原模型 {size} 的参数。</numerusform>
        </translation>
    </message>
    <message>
        <source>Learning…</source>
        <translation>正在学习…</translation>
    </message>
    <message>
        <source>Compare the sizes</source>
        <translation>对比各个档位</translation>
    </message>
    <message>
        <source>What is finished is not done again</source>
        <translation>已完成的部分不会重做</translation>
    </message>
    <message>
        <source>Continue from step {step}</source>
        <translation>从第 {step} 步继续</translation>
    </message>
    <message>
        <source>Start learning</source>
        <translation>开始学习</translation>
    </message>
    <message>
        <source>Force stop</source>
        <translation>强制停止</translation>
    </message>
    <message>
        <source>Pausing…</source>
        <translation>正在暂停…</translation>
    </message>
    <message>
        <source>Finishing the current step, then saving…</source>
        <translation>完成当前步骤后保存…</translation>
    </message>
    <message>
        <source>{what} goes on from step {step}. Nothing is lost.</source>
        <translation>{what} 将从第 {step} 步继续。没有任何丢失。</translation>
    </message>
    <message>
        <source>Paused. Everything that was finished is kept.</source>
        <translation>已暂停。所有已完成的内容都已保留。</translation>
    </message>
    <message>
        <source>The layers were chosen anew; the sizes are of before.</source>
        <translation>层已重新选择；现有档位是之前的。</translation>
    </message>
    <message>
        <source>The layers are looked at again, as thoroughly as the rest.</source>
        <translation>会重新查看各层，细致程度与其余步骤相同。</translation>
    </message>
    <message>
        <source>The layers are chosen; what is left is to learn.</source>
        <translation>层已选定；接下来只需学习。</translation>
    </message>
    <message>
        <source>The engine is starting…</source>
        <translation>引擎正在启动…</translation>
    </message>
    <message>
        <source>Learning ends here; the sizes are measured.</source>
        <translation>学习到此结束；正在实测各个档位。</translation>
    </message>
    <message>
        <source>done about {clock}</source>
        <translation>约 {clock} 完成</translation>
    </message>
</context>
<context>
    <name>ReportDialog</name>
    <message>
        <source>Report</source>
        <translation>报告</translation>
    </message>
    <message>
        <source>Text of the report</source>
        <translation>报告内容</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Save…</source>
        <translation>保存…</translation>
    </message>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>PPCL Studio sends nothing. Access tokens, your name and the name of your home folder are left out. Take out whatever else you do not want to pass on.</source>
        <translation>PPCL Studio 不会发送任何内容。报告不含访问令牌、你的姓名和主文件夹名称。请自行删除其他不想透露的内容。</translation>
    </message>
    <message>
        <source>All that the report holds</source>
        <translation>报告的全部内容</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>It could not be saved: {why}</source>
        <translation>无法保存：{why}</translation>
    </message>
    <message>
        <source>Saved</source>
        <translation>已保存</translation>
    </message>
</context>
<context>
    <name>Reports</name>
    <message>
        <source>PPCL Studio closed unexpectedly last time. Your work is still there.</source>
        <translation>PPCL Studio 上次意外关闭。你的工作成果仍在。</translation>
    </message>
    <message>
        <source>Copy report…</source>
        <translation>复制报告…</translation>
    </message>
    <message>
        <source>Save the report</source>
        <translation>保存报告</translation>
    </message>
    <message>
        <source>Texts (*.txt)</source>
        <translation>文本 (*.txt)</translation>
    </message>
</context>
<context>
    <name>SampleCard</name>
    <message>
        <source>The smallest size, same seed</source>
        <translation>最小的档位，相同种子</translation>
    </message>
    <message>
        <source>“{prompt}”, seed {seed}</source>
        <translation>“{prompt}”，种子 {seed}</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原模型</translation>
    </message>
    <message>
        <source>step {step}</source>
        <translation>第 {step} 步</translation>
    </message>
    <message>
        <source>before</source>
        <translation>之前</translation>
    </message>
    <message>
        <source>now</source>
        <translation>现在</translation>
    </message>
    <message>
        <source>after</source>
        <translation>之后</translation>
    </message>
    <message>
        <source>{what}. After {count} steps of learning all together.</source>
        <translation>{what}。全部一起学习 {count} 步之后。</translation>
    </message>
</context>
<context>
    <name>SetupCard</name>
    <message>
        <source>Before it starts</source>
        <translation>开始之前</translation>
    </message>
    <message>
        <source>&amp;Quick</source>
        <translation>快速(&amp;Q)</translation>
    </message>
    <message>
        <source>&amp;Good</source>
        <translation>良好(&amp;G)</translation>
    </message>
    <message>
        <source>&amp;Best</source>
        <translation>最佳(&amp;B)</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Change the folder of the project</source>
        <translation>更改项目文件夹</translation>
    </message>
    <message>
        <source>A first look, with a few sizes.</source>
        <translation>初步体验，档位较少。</translation>
    </message>
    <message>
        <source>More sizes, and better pictures.</source>
        <translation>档位更多，图片更好。</translation>
    </message>
    <message>
        <source>As close to the original as it gets.</source>
        <translation>尽可能接近原模型。</translation>
    </message>
    <message>
        <source>About {time}.</source>
        <translation>约 {time}。</translation>
    </message>
    <message>
        <source>Kept in {folder}</source>
        <translation>保存在 {folder}</translation>
    </message>
</context>
<context>
    <name>ShrinkPage</name>
    <message>
        <source>Shrink</source>
        <translation>缩小</translation>
    </message>
    <message>
        <source>The chosen layers are merged step by step. Every step is a size to choose.</source>
        <translation>选定的层会逐步合并。每一步都是一个可选的档位。</translation>
    </message>
    <message>
        <source>Sizes</source>
        <translation>档位</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>档位</translation>
    </message>
    <message>
        <source>Layers</source>
        <translation>层</translation>
    </message>
    <message>
        <source>Parameters</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>On disk</source>
        <translation>磁盘占用</translation>
    </message>
    <message>
        <source>Speed</source>
        <translation>速度</translation>
    </message>
    <message>
        <source>Likeness</source>
        <translation>相似度</translation>
    </message>
    <message>
        <source>Opens</source>
        <translation>可打开于</translation>
    </message>
    <message>
        <source>Also &amp;narrow some layers that are left</source>
        <translation>同时收窄部分剩余的层(&amp;N)</translation>
    </message>
    <message>
        <source>Change the choice of layers</source>
        <translation>更改层的选择</translation>
    </message>
    <message>
        <source>Before it starts</source>
        <translation>开始之前</translation>
    </message>
    <message>
        <source>The painting part of the model, as it is exported</source>
        <translation>模型的绘图部分，即导出时的大小</translation>
    </message>
    <message>
        <source>Measured: the time of one step of painting</source>
        <translation>实测：绘制一步所用的时间</translation>
    </message>
    <message>
        <source>Measured: how like the original&apos;s its pictures are, at equal seeds</source>
        <translation>实测：相同种子下，其图片与原模型图片的相似程度</translation>
    </message>
    <message>
        <source>Estimated as if all time went into the layers</source>
        <translation>按全部时间都花在层上来估算</translation>
    </message>
    <message>
        <source>Estimated from the measured speed of the sizes made before</source>
        <translation>根据之前制作的档位的实测速度估算</translation>
    </message>
    <message>
        <source>How far the output is from the original&apos;s while simple stand-ins take the place of the merged layers. Learning makes it much smaller.</source>
        <translation>用简单的替代层代替被合并的层时，输出与原模型相差多少。学习之后差异会小得多。</translation>
    </message>
    <message>
        <source>Difference at first</source>
        <translation>初始差异</translation>
    </message>
    <message>
        <source>and some narrower</source>
        <translation>以及部分收窄</translation>
    </message>
    <message>
        <source>smaller still</source>
        <translation>更小</translation>
    </message>
    <message>
        <source>with our loader</source>
        <translation>需加载文件</translation>
    </message>
    <message>
        <source>{count}, {narrow} narrower</source>
        <translation>{count}，其中 {narrow} 个收窄</translation>
    </message>
    <message>
        <source>Quick leaves this out; Good and Best can do it.</source>
        <translation>“快速”会跳过这一步；“良好”和“最佳”可以进行。</translation>
    </message>
    <message>
        <source>Takes {time}, about {disk} on disk and {memory} of memory (estimated).</source>
        <translation>需要 {time}，约占磁盘 {disk}、内存 {memory}（估算）。</translation>
    </message>
    <message>
        <source>Takes {time} (estimated).</source>
        <translation>需要 {time}（估算）。</translation>
    </message>
    <message>
        <source>The time is that of the last run on this computer.</source>
        <translation>时间取自这台电脑上的上一次运行。</translation>
    </message>
    <message>
        <source>The time is reckoned from what looking at the layers took here.</source>
        <translation>时间根据在这里查看各层所用的时间推算。</translation>
    </message>
    <message>
        <source>The time is a first guess; after one run it is known better.</source>
        <translation>时间只是初步猜测；运行一次之后会更准确。</translation>
    </message>
    <message>
        <source>Learning can be paused, and goes on where it was.</source>
        <translation>学习可以暂停，之后从原处继续。</translation>
    </message>
    <message>
        <source>{need} are needed on this disk, and {free} are free. Make room first.</source>
        <translation>此磁盘需要 {need}，可用 {free}。请先腾出空间。</translation>
    </message>
    <message>
        <source>The sizes</source>
        <translation>各个档位</translation>
    </message>
    <message>
        <source>The sizes will be listed here</source>
        <translation>各个档位会列在这里</translation>
    </message>
    <message>
        <source>First it is found out which layers do the same job. They are then merged, run after run: the first step costs the least quality, the last one makes the model smallest. For every size you see its parameters, its speed, how like the original it paints, and which programs open it.</source>
        <translation>首先找出哪些层的作用相同，然后逐个层段合并：第一步损失的质量最少，最后一步让模型最小。每个档位都会列出参数、速度、与原模型的相似程度，以及哪些程序能打开它。</translation>
    </message>
    <message>
        <source>Find redundant layers</source>
        <translation>查找冗余层</translation>
    </message>
    <message>
        <source>Try with the built-in model</source>
        <translation>用内置模型试一试</translation>
    </message>
    <message numerus="yes">
        <source>Measured on %n pictures that the model never learned from.</source>
        <translation>
            <numerusform>用模型从未学习过的 %n 张图片实测。</numerusform>
        </translation>
    </message>
    <message>
        <source>Parameters are counted, speed is estimated; likeness is known after learning.</source>
        <translation>参数由计数得出，速度为估算；相似度在学习之后才知道。</translation>
    </message>
    <message>
        <source>about {factor}</source>
        <translation>约 {factor}</translation>
    </message>
    <message>
        <source>everywhere</source>
        <translation>通用</translation>
    </message>
    <message>
        <source>Gives a few more, even smaller sizes. Programs open those with a small loader file, which is written beside the model.</source>
        <translation>会多出几个更小的档位。程序通过写在模型旁边的小加载文件来打开它们。</translation>
    </message>
    <message>
        <source>Compare the sizes</source>
        <translation>对比各个档位</translation>
    </message>
    <message>
        <source>Watch it learn</source>
        <translation>查看学习过程</translation>
    </message>
    <message>
        <source>Do it all in one go</source>
        <translation>一次完成全部步骤</translation>
    </message>
    <message>
        <source>Make these sizes</source>
        <translation>制作这些档位</translation>
    </message>
</context>
<context>
    <name>StageList</name>
    <message>
        <source>Stages</source>
        <translation>阶段</translation>
    </message>
</context>
<context>
    <name>StatusLine</name>
    <message>
        <source>Progress of the running work</source>
        <translation>当前工作的进度</translation>
    </message>
    <message>
        <source>Pause</source>
        <translation>暂停</translation>
    </message>
    <message>
        <source>Saves at the next step; it can go on from there</source>
        <translation>在下一步结束时保存；之后可以从该处继续</translation>
    </message>
    <message>
        <source>{used} of {total} memory</source>
        <translation>内存 {used} / {total}</translation>
    </message>
    <message>
        <source>Memory of this computer in use, by all programs</source>
        <translation>这台电脑上所有程序占用的内存</translation>
    </message>
</context>
<context>
    <name>Studio</name>
    <message>
        <source>Nothing is lost: what was finished is kept, and it can go on from there.</source>
        <translation>没有任何丢失：已完成的内容都已保留，可以从该处继续。</translation>
    </message>
    <message>
        <source>Your project is unharmed, and nothing half-written was left behind.</source>
        <translation>你的项目完好无损，也没有留下写了一半的文件。</translation>
    </message>
    <message>
        <source>Your model is unharmed, and pictures that were painted stay here.</source>
        <translation>你的模型完好无损，已绘制的图片仍在这里。</translation>
    </message>
    <message>
        <source>It runs already</source>
        <translation>已经在运行</translation>
    </message>
    <message>
        <source>Another window has this project open</source>
        <translation>另一个窗口已打开此项目</translation>
    </message>
    <message>
        <source>A model is being written; wait for it</source>
        <translation>正在写入模型，请等待完成</translation>
    </message>
    <message>
        <source>The chosen model cannot be used; choose another one</source>
        <translation>所选模型无法使用，请选择其他模型</translation>
    </message>
    <message>
        <source>Pictures can be painted once the running work has ended.</source>
        <translation>当前工作结束后才能绘制图片。</translation>
    </message>
    <message>
        <source>A model is being written already</source>
        <translation>已经在写入模型</translation>
    </message>
    <message>
        <source>Wait until the running work has ended, or pause it</source>
        <translation>请等待当前工作结束，或将其暂停</translation>
    </message>
    <message>
        <source>There are no smaller sizes yet; make them first</source>
        <translation>还没有更小的档位，请先制作</translation>
    </message>
</context>
<context>
    <name>TierSlider</name>
    <message>
        <source>Size of the model</source>
        <translation>模型的档位</translation>
    </message>
    <message>
        <source>{name}, {below}, stop {number} of {total}</source>
        <translation>{name}，{below}，第 {number} 档，共 {total} 档</translation>
    </message>
</context>
<context>
    <name>TokenDialog</name>
    <message>
        <source>Some models want their licence accepted first. Accept it on the model&apos;s page, make an access token that may read, and paste it here.</source>
        <translation>有些模型要求先接受许可证。请在模型页面上接受，创建有读取权限的访问令牌，然后粘贴到这里。</translation>
    </message>
    <message>
        <source>Access token</source>
        <translation>访问令牌</translation>
    </message>
    <message>
        <source>Make a token…</source>
        <translation>创建令牌…</translation>
    </message>
    <message>
        <source>Forget it</source>
        <translation>忘记令牌</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>It is kept in this computer&apos;s keyring, or, where there is none, until this window is closed.</source>
        <translation>令牌保存在这台电脑的密钥环中；如果没有密钥环，则保留到此窗口关闭为止。</translation>
    </message>
    <message>
        <source>It is sent to the mirror that you use, {address}, and nowhere else.</source>
        <translation>令牌只会发送到你使用的镜像 {address}，不会发送到其他地方。</translation>
    </message>
    <message>
        <source>It is sent to the Hub and nowhere else.</source>
        <translation>令牌只会发送到 Hub，不会发送到其他地方。</translation>
    </message>
    <message>
        <source>Paste the token first</source>
        <translation>请先粘贴令牌</translation>
    </message>
</context>
<context>
    <name>Vocabulary</name>
    <message>
        <source>Watch the original paint</source>
        <translation>观察原模型绘图</translation>
    </message>
    <message>
        <source>Find layers that do the same job</source>
        <translation>查找作用相同的层</translation>
    </message>
    <message>
        <source>Choose the layers to merge</source>
        <translation>选择要合并的层</translation>
    </message>
    <message>
        <source>Teach the merged layers</source>
        <translation>训练合并后的层</translation>
    </message>
    <message>
        <source>Narrow some layers</source>
        <translation>收窄部分层</translation>
    </message>
    <message>
        <source>Put the sizes in order</source>
        <translation>排列各个档位</translation>
    </message>
    <message>
        <source>Recover quality</source>
        <translation>恢复质量</translation>
    </message>
    <message>
        <source>Measure every size</source>
        <translation>实测每个档位</translation>
    </message>
    <message>
        <source>Write the model</source>
        <translation>写入模型</translation>
    </message>
    <message>
        <source>Activations of the original are collected (calibration).</source>
        <translation>收集原模型的激活值（校准）。</translation>
    </message>
    <message>
        <source>Layers are compared with each other (CKA and held-out error).</source>
        <translation>将各层相互比较（CKA 与留出误差）。</translation>
    </message>
    <message>
        <source>Runs of neighbouring layers with the least error are chosen.</source>
        <translation>选出误差最小的相邻层段。</translation>
    </message>
    <message>
        <source>One new layer learns to do the work of several (distillation).</source>
        <translation>一个新层学会完成多个层的工作（蒸馏）。</translation>
    </message>
    <message>
        <source>Wide parts are replaced by thin ones (width pruning).</source>
        <translation>用窄的部分代替宽的部分（宽度剪枝）。</translation>
    </message>
    <message>
        <source>What costs least quality for its size comes first (tiers).</source>
        <translation>单位大小损失质量最少的排在最前（档位）。</translation>
    </message>
    <message>
        <source>All new layers learn together (fine-tuning).</source>
        <translation>所有新层一起学习（微调）。</translation>
    </message>
    <message>
        <source>Speed, likeness and correctness of every size are measured.</source>
        <translation>实测每个档位的速度、相似度和正确率。</translation>
    </message>
    <message>
        <source>Layers {range}</source>
        <translation>第 {range} 层</translation>
    </message>
    <message>
        <source>Text part {range}</source>
        <translation>文本部分 {range}</translation>
    </message>
    <message>
        <source>Wide part {range}</source>
        <translation>宽部分 {range}</translation>
    </message>
    <message>
        <source>All together</source>
        <translation>全部一起</translation>
    </message>
    <message>
        <source>{what}, step {done} of {total}</source>
        <translation>{what}，第 {done} 步，共 {total} 步</translation>
    </message>
    <message>
        <source>{what}, {done} of {total}</source>
        <translation>{what}，{done}/{total}</translation>
    </message>
    <message>
        <source>trying layers {range}</source>
        <translation>正在尝试第 {range} 层</translation>
    </message>
    <message>
        <source>copying the other parts</source>
        <translation>正在复制其他部分</translation>
    </message>
    <message>
        <source>pictures painted by the original</source>
        <translation>原模型已绘制的图片</translation>
    </message>
    <message>
        <source>answers of the original</source>
        <translation>原模型的应答</translation>
    </message>
    <message>
        <source>prompts read</source>
        <translation>已读取的提示词</translation>
    </message>
    <message>
        <source>layers looked at</source>
        <translation>已查看的层</translation>
    </message>
    <message>
        <source>layers compared</source>
        <translation>已比较的层</translation>
    </message>
    <message>
        <source>looking into layer {range}</source>
        <translation>正在查看第 {range} 层</translation>
    </message>
    <message>
        <source>fitting layer {range} again</source>
        <translation>正在重新拟合第 {range} 层</translation>
    </message>
    <message>
        <source>trying {range}</source>
        <translation>正在尝试{range}</translation>
    </message>
    <message>
        <source>sizes put in order</source>
        <translation>已排列的档位</translation>
    </message>
    <message>
        <source>measuring {range}</source>
        <translation>正在实测 {range}</translation>
    </message>
    <message>
        <source>pictures painted</source>
        <translation>已绘制的图片</translation>
    </message>
    <message>
        <source>speed measured</source>
        <translation>已实测的速度</translation>
    </message>
    <message>
        <source>writing the model</source>
        <translation>正在写入模型</translation>
    </message>
    <message>
        <source>loading it again</source>
        <translation>正在重新加载</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原模型</translation>
    </message>
    <message>
        <source>Tier {number}</source>
        <translation>档位 {number}</translation>
    </message>
    <message>
        <source>Tier {number} (tuned alone)</source>
        <translation>档位 {number}（单独微调）</translation>
    </message>
    <message>
        <source>smallest</source>
        <translation>最小</translation>
    </message>
    <message>
        <source>light</source>
        <translation>轻度</translation>
    </message>
    <message>
        <source>balanced</source>
        <translation>均衡</translation>
    </message>
    <message>
        <source>background</source>
        <translation>背景</translation>
    </message>
    <message>
        <source>count</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>things</source>
        <translation>物品</translation>
    </message>
    <message>
        <source>colour</source>
        <translation>颜色</translation>
    </message>
    <message>
        <source>place</source>
        <translation>位置</translation>
    </message>
    <message>
        <source>written word</source>
        <translation>文字</translation>
    </message>
    <message>
        <source>colour of the word</source>
        <translation>文字颜色</translation>
    </message>
    <message>
        <source>Like the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>paused</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
    <message>
        <source>crashed</source>
        <translation>崩溃</translation>
    </message>
    <message>
        <source>cut off</source>
        <translation>被中断</translation>
    </message>
    <message>
        <source>running</source>
        <translation>正在运行</translation>
    </message>
    <message>
        <source>Make the smaller sizes</source>
        <translation>制作更小的档位</translation>
    </message>
    <message>
        <source>Look at the layers</source>
        <translation>查看各层</translation>
    </message>
    <message>
        <source>Write a model</source>
        <translation>写入模型</translation>
    </message>
</context>
<context>
    <name>WaysOn</name>
    <message>
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Keep waiting</source>
        <translation>继续等待</translation>
    </message>
    <message>
        <source>End it by force</source>
        <translation>强制结束</translation>
    </message>
    <message>
        <source>Go on with less memory ({half} at a time, not {now})</source>
        <translation>用更少的内存继续（每次 {half} 个，而不是 {now} 个）</translation>
    </message>
    <message>
        <source>Continue as before</source>
        <translation>照原样继续</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Choose another folder…</source>
        <translation>选择其他文件夹…</translation>
    </message>
    <message>
        <source>Start the engine again</source>
        <translation>重新启动引擎</translation>
    </message>
    <message>
        <source>Try a smaller size</source>
        <translation>换更小的档位</translation>
    </message>
    <message>
        <source>Choose the model…</source>
        <translation>选择模型…</translation>
    </message>
    <message>
        <source>Show folder to make room</source>
        <translation>打开文件夹以腾出空间</translation>
    </message>
</context>
<context>
    <name>WhatIfCard</name>
    <message>
        <source>Without these layers</source>
        <translation>去掉这些层</translation>
    </message>
    <message>
        <source>All</source>
        <translation>全部</translation>
    </message>
    <message>
        <source>Leave out all framed layers</source>
        <translation>去掉所有框出的层</translation>
    </message>
    <message>
        <source>Another</source>
        <translation>换一张</translation>
    </message>
    <message>
        <source>Another picture</source>
        <translation>另一张图片</translation>
    </message>
    <message>
        <source>The same layers, another prompt</source>
        <translation>相同的层，换一个提示词</translation>
    </message>
    <message>
        <source>Try again</source>
        <translation>重试</translation>
    </message>
    <message>
        <source>Original</source>
        <translation>原模型</translation>
    </message>
    <message>
        <source>left out</source>
        <translation>去掉</translation>
    </message>
    <message>
        <source>with stand-ins</source>
        <translation>使用替代层</translation>
    </message>
    <message>
        <source>Click a framed run of layers to see a picture without it.</source>
        <translation>点击框出的层段，查看去掉它之后的图片。</translation>
    </message>
    <message>
        <source>The engine is starting…</source>
        <translation>引擎正在启动…</translation>
    </message>
    <message>
        <source>“{prompt}”, seed {seed}. {what}</source>
        <translation>“{prompt}”，种子 {seed}。{what}</translation>
    </message>
    <message>
        <source>As the original paints it.</source>
        <translation>原模型绘制的样子。</translation>
    </message>
    <message>
        <source>The layers are skipped, and nothing takes their place.</source>
        <translation>跳过这些层，没有任何替代。</translation>
    </message>
    <message>
        <source>The simplest possible stand-ins do their job. Learning makes this better.</source>
        <translation>由最简单的替代层完成它们的工作。学习之后会更好。</translation>
    </message>
    <message>
        <source>painting…</source>
        <translation>正在绘制…</translation>
    </message>
    <message>
        <source>{share} alike</source>
        <translation>相似度 {share}</translation>
    </message>
</context>
<context>
    <name>WorkDisplay</name>
    <message>
        <source>Starting the engine</source>
        <translation>正在启动引擎</translation>
    </message>
    <message>
        <source>The engine is busy and does not answer</source>
        <translation>引擎正忙，没有响应</translation>
    </message>
    <message>
        <source>Pausing…</source>
        <translation>正在暂停…</translation>
    </message>
    <message>
        <source>Writing a model…</source>
        <translation>正在写入模型…</translation>
    </message>
    <message>
        <source>Only looked at: another window has this project open</source>
        <translation>仅供查看：另一个窗口已打开此项目</translation>
    </message>
    <message>
        <source>Interrupted; it can go on</source>
        <translation>已中断，可以继续</translation>
    </message>
    <message>
        <source>Learning can go on</source>
        <translation>可以继续学习</translation>
    </message>
    <message>
        <source>Ready</source>
        <translation>就绪</translation>
    </message>
    <message>
        <source>This computer stays awake until the work has ended (see Preferences)</source>
        <translation>工作结束前本机不会休眠（见“首选项”）</translation>
    </message>
    <message>
        <source>Loading the model…</source>
        <translation>正在加载模型…</translation>
    </message>
    <message>
        <source>Model loaded</source>
        <translation>模型已加载</translation>
    </message>
    <message>
        <source>Engine at work</source>
        <translation>引擎工作中</translation>
    </message>
    <message>
        <source>{percent} % · {project} — PPCL Studio</source>
        <translation>{percent}% · {project} — PPCL Studio</translation>
    </message>
    <message>
        <source>{project} — PPCL Studio</source>
        <translation>{project} — PPCL Studio</translation>
    </message>
</context>
<context>
    <name>_Question</name>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
</context>
<context>
    <name>_Row</name>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>失败</translation>
    </message>
</context>
</TS>
